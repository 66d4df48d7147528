package dev.unmask.batching;

/**
 * What the model's work on a text costs, in tokens: one is the work on a token of a short text. Attention grows with the
 * square of a text's length, and the masked-LM head runs once for each mask.
 *
 * @param perPair for each pair of a text's tokens
 * @param perMask for each mask
 */
public record TextCost(double perPair, double perMask) {
    /** Every token costs the same, and nothing else costs anything. */
    public static final TextCost TOKENS = new TextCost(0, 0);

    /**
     * The multiplications of BertForMaskedLM, relative to those of its layers' products on a token: {@code 4 hidden² + 2
     * hidden intermediate} a layer. Attention multiplies queries by keys and weights by values, the head a transform and
     * the decoder.
     */
    public static TextCost ofBert(int layers, int hidden, int intermediate, int vocabulary) {
        double token = layers * (4.0 * hidden * hidden + 2.0 * hidden * intermediate);
        return new TextCost(
                2.0 * layers * hidden / token, ((double) hidden * hidden + (double) hidden * vocabulary) / token);
    }

    /** The cost of a text. */
    double of(MaskedText text) {
        return text.length() + perPair * text.length() * text.length() + perMask * text.masks().length;
    }
}
