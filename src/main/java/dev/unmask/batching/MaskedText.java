package dev.unmask.batching;

/**
 * A tokenised text and where its masks are.
 *
 * @param ids token ids, special tokens included; at least one
 * @param masks positions of the masks in {@code ids}, ascending; at least one where masks are filled, none where the text
 *     is embedded
 */
public record MaskedText(int[] ids, int[] masks) {

    /** A text as a whole, to be embedded. */
    public static MaskedText unmasked(int[] ids) {
        return new MaskedText(ids, new int[0]);
    }

    /** How many tokens the text has, special tokens included. */
    public int length() {
        return ids.length;
    }

    /** How many rows of output the text has: one for each mask, or one for the whole of it. */
    int rows() {
        return Math.max(1, masks.length);
    }
}
