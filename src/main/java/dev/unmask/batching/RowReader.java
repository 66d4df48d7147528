package dev.unmask.batching;

import java.nio.FloatBuffer;

/** Takes what it needs from one row of the model's output. Called on a dispatcher's thread, one row at a time, so it must be quick. */
@FunctionalInterface
public interface RowReader {

    /**
     * @param text the text's index in the request
     * @param mask the mask's index in the text; 0 for a text without masks
     * @param values the mask's logits or scores, as the runner computes them, at least those that the text asks for; or the
     *     text's embedding. Only valid during this call
     * @param tokens the token of each value; null if there is a value for every token, so that a value's index is its token
     */
    void read(int text, int mask, FloatBuffer values, int[] tokens);

    /** A copy of values, to keep. */
    static float[] copy(FloatBuffer values) {
        float[] copy = new float[values.limit()];
        values.get(0, copy);
        return copy;
    }
}
