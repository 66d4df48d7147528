package dev.unmask.batching;

import java.nio.FloatBuffer;

/** Takes what it needs from one row of the model's output. Called on a dispatcher's thread, one row at a time: it copies or reduces, quickly. */
@FunctionalInterface
public interface RowReader {

    /**
     * @param text the text's index in the request
     * @param mask the mask's index in the text; 0 for a text without masks
     * @param values of that mask, logits or scores as the runner gives them, at least those that the text asks for; or the
     *     text's embedding. The memory is used again after this call
     * @param tokens which token each value belongs to; null where there is one for each row of the model's embedding, so that
     *     it is the value's place
     */
    void read(int text, int mask, FloatBuffer values, int[] tokens);

    /** Values, to keep. */
    static float[] copy(FloatBuffer values) {
        float[] copy = new float[values.limit()];
        values.get(0, copy);
        return copy;
    }
}
