package dev.unmask.fillmask;

/**
 * One token for one mask.
 *
 * @param score its probability: softmax over the whole vocabulary, in 32-bit floating point
 * @param token its id
 * @param tokenText its piece as text, {@code ##} included
 * @param sequence the whole text with the mask filled, decoded
 */
public record Prediction(float score, int token, String tokenText, String sequence) {}
