package dev.unmask.batching;

/** Takes what it needs from one row of the model's output. Called on a dispatcher's thread, one row at a time: it copies or reduces, quickly. */
@FunctionalInterface
public interface RowReader {

    /**
     * @param text the text's index in the request
     * @param mask the mask's index in the text; 0 for a text without masks
     * @param row the logits of that mask, one for each row of the model's embedding, or the text's embedding; may be
     *     written over, and is used again after this call
     */
    void read(int text, int mask, float[] row);
}
