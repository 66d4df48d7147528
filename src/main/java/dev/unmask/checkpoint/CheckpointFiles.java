package dev.unmask.checkpoint;

import java.util.List;

/** The names of a published model's files. */
public final class CheckpointFiles {
    /** Sizes and kind of the model. */
    public static final String CONFIG = "config.json";

    /** Weights. */
    public static final String SAFETENSORS = "model.safetensors";

    /** Weights in PyTorch's older form. */
    public static final String PYTORCH = "pytorch_model.bin";

    /** The suffix of an index of sharded weights, which says which file has which tensor. */
    public static final String INDEX = ".index.json";

    /** Where an ONNX export lies: beside its config, or where optimum and the hub put it. */
    public static final List<String> EXPORTS = List.of("model.onnx", "onnx/model.onnx");

    /** The tokenizer as the Rust library reads it. */
    public static final String TOKENIZER = "tokenizer.json";

    /** BERT's vocabulary: a token a line. */
    public static final String VOCABULARY = "vocab.txt";

    /** How text is tokenized. */
    public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    /** Special tokens, by role. */
    public static final String SPECIAL_TOKENS = "special_tokens_map.json";

    /** Tokens beyond the vocabulary, in the older form. */
    public static final String ADDED_TOKENS = "added_tokens.json";

    /** All files that define how text is tokenized. */
    public static final List<String> OF_TOKENIZER =
            List.of(TOKENIZER, VOCABULARY, TOKENIZER_CONFIG, SPECIAL_TOKENS, ADDED_TOKENS);

    /** The model card. */
    public static final String CARD = "README.md";

    private CheckpointFiles() {}
}
