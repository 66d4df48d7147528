package dev.unmask.engine;

/**
 * The names of a graph's inputs and outputs: the contract between the graph that we write and the engine.
 *
 * <p>The tokens of a batch come packed, text after text without padding. Only attention, which is within a text, needs
 * them in rows of one length: two inputs of indices lead from the packed tokens to such a padded view and back.
 */
public final class GraphNames {
    /** Token ids, int32 {@code [tokens]}. */
    public static final String INPUT_IDS = "input_ids";

    /** Each token's place in its text, from 0, int32 {@code [tokens]}. */
    public static final String POSITION_IDS = "position_ids";

    /** How many tokens each text has, int32 {@code [batch]}. */
    public static final String LENGTHS = "lengths";

    /**
     * Which token stands in each cell of the padded view, int32 {@code [batch, length]}. Behind a text's end its first
     * token is repeated, so that nothing of another text ever stands in its row.
     */
    public static final String PADDED_TOKENS = "padded_tokens";

    /** Which cell of the padded view, {@code row * length + column}, each token has, int32 {@code [tokens]}. */
    public static final String TOKEN_CELLS = "token_cells";

    /** Which tokens are masks, int32 {@code [masks]}. */
    public static final String MASK_POSITIONS = "mask_positions";

    /** Logits over the vocabulary at the mask positions, float32 {@code [masks, vocabulary]}. */
    public static final String LOGITS = "logits";

    /**
     * The logits' softmax, float32 {@code [masks, vocabulary]}: a mask's probabilities, which sum to 1 over the vocabulary.
     */
    public static final String SCORES = "scores";

    /**
     * L2-normalised text embeddings, float32 {@code [batch, projection]}; only in the graph of a checkpoint with
     * CXR-BERT's projection head.
     */
    public static final String EMBEDDINGS = "embeddings";

    /**
     * The largest magnitude of each channel on the left of an encoder's products, float32 {@code [rows, hidden]}; only in a
     * graph that is made to observe them.
     */
    public static final String MAGNITUDES = "magnitudes";

    /**
     * Whether something is chosen of the scores, bool {@code []}. Where nothing is, the outputs of the choice mean nothing and
     * cost nothing.
     */
    public static final String CHOOSE = "choose";

    /** How many of each mask's highest scores are chosen, int64 {@code [1]}; at most the vocabulary's size. */
    public static final String BEST = "best";

    /** Which scores are chosen by their places, pairs of a mask's row and a token, int64 {@code [places, 2]}; at least one. */
    public static final String PLACES = "places";

    /**
     * Each mask's highest scores, descending, float32 {@code [masks, best]}. Which of equal ones are taken, and in which order
     * they stand, is the provider's affair: ONNX Runtime's CPU provider goes by their ids, its CUDA provider does not
     * (onnxruntime, core/providers/cuda/math/topk_impl.cuh).
     */
    public static final String BEST_SCORES = "best_scores";

    /** The tokens of {@link #BEST_SCORES}, int32 {@code [masks, best]}. */
    public static final String BEST_TOKENS = "best_tokens";

    /** The scores at {@link #PLACES}, float32 {@code [places]}. */
    public static final String PLACED_SCORES = "placed_scores";

    private GraphNames() {}
}
