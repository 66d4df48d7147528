package dev.unmask.text;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The token ids of a text.
 *
 * @param ids the ids, with special tokens if requested
 * @param whole whether they cover the whole text
 * @param closed whether the last one is the special token that ends a text
 */
public record Pieces(int[] ids, boolean whole, boolean closed) {
    /** Far more characters than any report's tokens have. */
    private static final int CHARACTERS_A_TOKEN = 64;

    /**
     * Checks a text before any work is done on it: tokenizing needs hundreds of bytes per character.
     *
     * @param most the most characters (Unicode code points) that it may have
     * @throws Fault of kind BAD_REQUEST when it has more
     */
    public static void checkLength(String text, int most) {
        if (text.length() > most && text.codePointCount(0, text.length()) > most) {
            throw Fault.badRequest(
                    Part.TEXT,
                    "The text has %d characters; at most %d are allowed. Split it."
                            .formatted(text.codePointCount(0, text.length()), most));
        }
    }

    /**
     * The ids of a text; for a text that is far too long, only of its beginning: a megabyte takes seconds to tokenize, only
     * to be truncated or refused.
     *
     * @param text any text
     * @param specialTokens as in {@link Tokenizer#encode}
     * @param tokenizer the tokenizer
     * @param enough the most tokens that can be used
     */
    public static Pieces of(String text, boolean specialTokens, Tokenizer tokenizer, int enough) {
        for (long size = (long) enough * CHARACTERS_A_TOKEN; size < text.length(); size *= 4) {
            // If cut between words, the tokens are the same as in the whole text.
            int end = text.lastIndexOf(' ', (int) size);
            int[] ids = tokenizer.encode(text.substring(0, Math.max(0, end)), specialTokens);
            if (ids.length > enough) {
                return of(ids, false, specialTokens, tokenizer);
            }
        }
        return of(tokenizer.encode(text, specialTokens), true, specialTokens, tokenizer);
    }

    private static Pieces of(int[] ids, boolean whole, boolean specialTokens, Tokenizer tokenizer) {
        int sep = tokenizer.specialTokens().sep();
        return new Pieces(ids, whole, specialTokens && ids.length > 0 && ids[ids.length - 1] == sep);
    }

    /**
     * The ids, truncated to a maximum length: the text's end is cut off and the special tokens stay, like the reference's
     * truncation side "right".
     *
     * @param maxLength the most tokens, special tokens included; if absent, nothing is cut
     * @param cut whether a longer text is truncated or refused
     * @throws Fault of kind BAD_REQUEST when it is longer and must not be cut
     */
    public int[] truncated(OptionalInt maxLength, boolean cut) {
        if (maxLength.isEmpty() || ids.length <= maxLength.getAsInt()) {
            return ids;
        }
        if (!cut) {
            throw Fault.badRequest(
                    Part.LENGTH,
                    "The text has %s tokens, more than the %d to truncate to, but only a second text may be truncated, and there is none."
                            .formatted(count(), maxLength.getAsInt()));
        }
        int[] kept = Arrays.copyOf(ids, maxLength.getAsInt());
        if (closed) {
            kept[kept.length - 1] = ids[ids.length - 1];
        }
        return kept;
    }

    /** The fault for a text of more than {@code limit} tokens. */
    public Fault tooLong(int limit, Tokenizer tokenizer) {
        return Fault.badRequest(
                Part.LENGTH,
                "The text has %s tokens; at most %d are allowed, %s and %s included."
                        .formatted(
                                count(),
                                limit,
                                tokenizer.settings().cls().content(),
                                tokenizer.settings().sep().content()));
    }

    /** Their number, for messages. */
    public String count() {
        return whole ? Integer.toString(ids.length) : "more than " + (ids.length - 1);
    }
}
