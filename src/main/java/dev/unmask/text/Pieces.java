package dev.unmask.text;

/**
 * The token ids of a text.
 *
 * @param ids the ids, special tokens included where they are asked for
 * @param whole whether they are those of the whole text
 */
public record Pieces(int[] ids, boolean whole) {
    /** Far more characters than a token of any report has. */
    private static final int CHARACTERS_A_TOKEN = 64;

    /**
     * The ids of a text; or, of one that is far too long, those of so much of its beginning as shows that: a megabyte
     * takes seconds to tokenise, only to be cut off or refused.
     *
     * @param text any text
     * @param specialTokens as in {@link Tokenizer#encode}
     * @param tokenizer what makes ids of it
     * @param enough the most tokens that can be of use
     */
    public static Pieces of(String text, boolean specialTokens, Tokenizer tokenizer, int enough) {
        for (long size = (long) enough * CHARACTERS_A_TOKEN; size < text.length(); size *= 4) {
            // Cut between words, the tokens are the same as in the whole text.
            int end = text.lastIndexOf(' ', (int) size);
            int[] ids = tokenizer.encode(text.substring(0, Math.max(0, end)), specialTokens);
            if (ids.length > enough) {
                return new Pieces(ids, false);
            }
        }
        return new Pieces(tokenizer.encode(text, specialTokens), true);
    }

    /** Their number, for messages. */
    public String count() {
        return whole ? Integer.toString(ids.length) : "more than " + (ids.length - 1);
    }
}
