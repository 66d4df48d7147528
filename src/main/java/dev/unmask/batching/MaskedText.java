package dev.unmask.batching;

/**
 * A tokenised text and where its masks are.
 *
 * @param ids token ids, special tokens included; at least one
 * @param masks positions of the masks in {@code ids}, ascending; at least one
 */
public record MaskedText(int[] ids, int[] masks) {

    /** How many tokens the text has, special tokens included. */
    public int length() {
        return ids.length;
    }
}
