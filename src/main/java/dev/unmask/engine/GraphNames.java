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

    private GraphNames() {}
}
