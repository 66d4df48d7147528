package dev.unmask.engine;

/**
 * The names of a graph's inputs and outputs: the contract between the graph that we write and the engine. A graph has some
 * of the inputs.
 *
 * <p>The tokens of a batch are packed, text after text without padding. Only attention, which works within a text, needs
 * them in rows of one length: index inputs lead from the packed tokens to such a padded view and back. A graph may have a
 * second view for the batch's long texts, so that short ones don't need rows as long as theirs. CUDA has an attention over
 * packed tokens, which needs to know where texts begin.
 */
public final class GraphNames {
    /** Token ids, int32 {@code [tokens]}. */
    public static final String INPUT_IDS = "input_ids";

    /** Each token's place in its text, from 0, int32 {@code [tokens]}. */
    public static final String POSITION_IDS = "position_ids";

    /** How many tokens each text of the padded view has, int32 {@code [texts]}. */
    public static final String LENGTHS = "lengths";

    /**
     * The token in each cell of the padded view, int32 {@code [texts, length]}. Past a text's end its first token is
     * repeated, so that its row never contains anything of another text.
     */
    public static final String PADDED_TOKENS = "padded_tokens";

    /**
     * As {@link #LENGTHS}, of the texts in the second view, int32 {@code [long_texts]}. There may be none. A graph without
     * this input has all texts in one view.
     */
    public static final String LONG_LENGTHS = "long_lengths";

    /** As {@link #PADDED_TOKENS}, of the texts in the second view, int32 {@code [long_texts, long_length]}. */
    public static final String LONG_PADDED_TOKENS = "long_padded_tokens";

    /**
     * The cell of each token in the padded view, {@code row * length + column}, int32 {@code [tokens]}. Those of the second
     * view are counted on from the end of the first.
     */
    public static final String TOKEN_CELLS = "token_cells";

    /** Where each text begins in the packed tokens, and where the last one ends, int32 {@code [batch + 1]}. */
    public static final String TEXT_STARTS = "text_starts";

    /**
     * The cells of all tokens in the padded view, as in {@link #TOKEN_CELLS}, and after them the cells that hold no token,
     * int32 {@code [batch, length]}.
     */
    public static final String TOKEN_OFFSETS = "token_offsets";

    /** Which tokens are masks, int32 {@code [masks]}. */
    public static final String MASK_POSITIONS = "mask_positions";

    /** Logits over the vocabulary at the mask positions, float32 {@code [masks, vocabulary]}. */
    public static final String LOGITS = "logits";

    /**
     * The logits' softmax, float32 {@code [masks, vocabulary]}: a mask's probabilities, which sum to 1 over the vocabulary.
     */
    public static final String SCORES = "scores";

    /**
     * L2-normalized text embeddings, float32 {@code [batch, projection]}; only in the graph of a checkpoint with
     * CXR-BERT's projection head.
     */
    public static final String EMBEDDINGS = "embeddings";

    /**
     * The largest magnitude of each channel of the encoder products' left operands, float32 {@code [1, channels]}; only in
     * graphs that observe them.
     */
    public static final String MAGNITUDES = "magnitudes";

    /**
     * Whether to choose scores in the graph, bool {@code []}. If not, the outputs of the choice are meaningless and cost
     * nothing. A graph without this input always chooses.
     */
    public static final String CHOOSE = "choose";

    /**
     * How many of the highest scores to choose in each group of a mask's, int64 {@code [1]}; at most {@link #MOST_BEST}, and
     * at most the group's size.
     */
    public static final String BEST = "best";

    /** The highest {@link #BEST} that every graph can choose, unless its whole vocabulary has less. */
    public static final int MOST_BEST = 1_025;

    /** The scores to choose by place, {@code row * vocabulary + token}, int64 {@code [places]}; at least one. */
    public static final String PLACES = "places";

    /**
     * The highest scores, descending, of each of the equally large groups into which a mask's are divided in the order of
     * their ids, float32 {@code [masks, groups, best]}. Which of equal scores are included, and their order, depends on the
     * provider: ONNX Runtime's CPU provider prefers lower ids, its CUDA provider does not (onnxruntime,
     * core/providers/cuda/math/topk_impl.cuh).
     */
    public static final String BEST_SCORES = "best_scores";

    /** The place in its group of each of {@link #BEST_SCORES}, int64 {@code [masks, groups, best]}. */
    public static final String BEST_INDICES = "best_indices";

    /** The scores at {@link #PLACES}, float32 {@code [places]}. */
    public static final String PLACED_SCORES = "placed_scores";

    private GraphNames() {}
}
