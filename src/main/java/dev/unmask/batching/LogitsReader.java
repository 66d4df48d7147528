package dev.unmask.batching;

/** Takes what it needs from the logits of one mask. Called on the dispatcher's thread: it copies or reduces, quickly. */
@FunctionalInterface
public interface LogitsReader {

    /**
     * @param text the text's index in the request
     * @param mask the mask's index in the text
     * @param logits one for each row of the model's embedding; may be written over, and is used again after this call
     */
    void read(int text, int mask, float[] logits);
}
