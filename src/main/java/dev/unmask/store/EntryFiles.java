package dev.unmask.store;

import dev.unmask.checkpoint.CheckpointFiles;

/** The names of a store entry's files, besides its manifest. */
public final class EntryFiles {
    /** The ONNX graph, for processors or, in entries without another one, for all devices. */
    public static final String GRAPH = "model.onnx";

    /** The graph for CUDA over the same weights, in entries that have one. */
    public static final String CUDA_GRAPH = "model.cuda.onnx";

    /** The graph's weights, as external data. */
    public static final String WEIGHTS = "model.weights";

    /** The tokenizer, in the form of Hugging Face's library. */
    public static final String TOKENIZER = CheckpointFiles.TOKENIZER;

    private EntryFiles() {}
}
