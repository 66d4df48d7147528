package dev.unmask.checkpoint;

/**
 * CXR-BERT's projection head, which turns the last hidden state at a text's first token into its embedding; H is the hidden
 * size, P {@link BertConfig#projection}. Microsoft's hi-ml ({@code
 * hi-ml-multimodal}, {@code CXRBertModel.get_projected_text_embeddings}) computes {@code
 * output(norm(gelu(hidden(state))))}, with GELU by the error function whatever {@code hidden_act}
 * says, and divides by the L2 norm.
 *
 * @param hidden [P, H]
 * @param norm over P, with {@link #NORM_EPSILON} whatever {@code layer_norm_eps} says
 * @param output [P, P]
 */
public record Projection(Linear hidden, Norm norm, Linear output) {
    /** The epsilon of the head's layer norm; hi-ml has it in its code, not in the config. */
    public static final double NORM_EPSILON = 1e-12;

    /** The least L2 norm that an embedding is divided by: the default of torch's {@code normalize}. */
    public static final double LEAST_LENGTH = 1e-12;
}
