package dev.unmask.batching;

import dev.unmask.engine.Choice;

/**
 * A tokenized text and the positions of its masks.
 *
 * @param ids token ids, special tokens included; at least one
 * @param masks positions of the masks in {@code ids}, ascending; at least one where masks are filled, none where the text
 *     is embedded
 * @param choice which values of the masks' rows are wanted
 */
public record MaskedText(int[] ids, int[] masks, Choice choice) {

    /** A text whose masks' rows are read as a whole. */
    public MaskedText(int[] ids, int[] masks) {
        this(ids, masks, Choice.WHOLE);
    }

    /** A text as a whole, to be embedded. */
    public static MaskedText unmasked(int[] ids) {
        return new MaskedText(ids, new int[0]);
    }

    /** The same text, for which only each mask's {@code count} highest scores are wanted, 1 to all of them; ties go to lower ids. */
    public MaskedText best(int count) {
        return new MaskedText(ids, masks, new Choice.Best(count));
    }

    /** The same text, for which only the scores of {@code tokens} are wanted: distinct, at least one. */
    public MaskedText among(int[] tokens) {
        return new MaskedText(ids, masks, new Choice.Among(tokens));
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
