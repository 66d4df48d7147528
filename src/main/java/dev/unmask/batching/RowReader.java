package dev.unmask.batching;

import java.nio.FloatBuffer;

/** Takes what it needs from one row of the model's output. Called on a dispatcher's thread, one row at a time: it copies or reduces, quickly. */
@FunctionalInterface
public interface RowReader {

    /**
     * @param text the text's index in the request
     * @param mask the mask's index in the text; 0 for a text without masks
     * @param row of that mask, logits or scores as the runner gives them, one for each row of the model's embedding, or the
     *     text's embedding; the memory is used again after this call
     */
    void read(int text, int mask, FloatBuffer row);

    /** A row's floats, to keep. */
    static float[] copy(FloatBuffer row) {
        float[] values = new float[row.limit()];
        row.get(0, values);
        return values;
    }
}
