package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * A token that is cut out of a text before normalization and word splitting.
 *
 * @param content the token as it is written in a text; case-sensitive
 * @param singleWord whether it is ignored inside a word
 * @param leftStrip whether it swallows the white space before it
 * @param rightStrip whether it swallows the white space after it
 * @param normalized whether it is matched in the normalized text instead of the raw one
 * @param special whether decoding can skip it
 */
public record AddedToken(
        String content,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized,
        boolean special) {

    /** A special token with the reference's defaults: raw text, inside words too, no stripping. */
    static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /** Appends this token to the {@code added_tokens} of a {@code tokenizer.json}. */
    void writeTo(ArrayNode tokens, int id) {
        tokens.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", leftStrip)
                .put("rstrip", rightStrip)
                .put("normalized", normalized)
                .put("special", special);
    }

    /** The same token, skipped in decoding. */
    AddedToken asSpecial() {
        return new AddedToken(content, singleWord, leftStrip, rightStrip, normalized, true);
    }
}
