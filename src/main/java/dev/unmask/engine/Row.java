package dev.unmask.engine;

import java.nio.FloatBuffer;

/**
 * One row of what a model gives: a mask's logits or scores, or a text's embedding. Its memory may be used again after
 * whoever is given the row has read it.
 *
 * @param values the floats
 * @param tokens which token each of them belongs to; null where the row is whole, so that it is the value's place
 */
public record Row(FloatBuffer values, int[] tokens) {

    /** A row with a value for each token, or an embedding. */
    public static Row whole(FloatBuffer values) {
        return new Row(values, null);
    }
}
