package dev.unmask.engine;

/** The names of a graph's inputs and outputs: the contract between the graph that we write and the engine. */
public final class GraphNames {
    /** Token ids, int32 {@code [batch, length]}; a shorter text is padded on the right. */
    public static final String INPUT_IDS = "input_ids";

    /** How many of a row's ids are real, int32 {@code [batch]}. */
    public static final String LENGTHS = "lengths";

    /** Flat positions of the masks, {@code row * length + column}, int32 {@code [masks]}. */
    public static final String MASK_POSITIONS = "mask_positions";

    /** Logits over the vocabulary at the mask positions, float32 {@code [masks, vocabulary]}. */
    public static final String LOGITS = "logits";

    /**
     * L2-normalised text embeddings, float32 {@code [batch, projection]}; only in the graph of a checkpoint with
     * CXR-BERT's projection head.
     */
    public static final String EMBEDDINGS = "embeddings";

    private GraphNames() {}
}
