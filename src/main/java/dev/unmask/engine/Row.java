package dev.unmask.engine;

import java.nio.FloatBuffer;

/**
 * One row of a model's output: a mask's logits or scores, or a text's embedding. Its memory may be reused once the reader
 * returns.
 *
 * @param values the row's floats
 * @param tokens the token of each value; null if the row is whole, so that a value's index is its token
 */
public record Row(FloatBuffer values, int[] tokens) {

    /** A row with a value for every token, or an embedding. */
    public static Row whole(FloatBuffer values) {
        return new Row(values, null);
    }
}
