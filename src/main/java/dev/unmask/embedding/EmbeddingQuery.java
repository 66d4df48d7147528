package dev.unmask.embedding;

import java.util.List;
import java.util.OptionalInt;

/**
 * An embedding request. Special tokens are always added: the embedding is read at the first of them.
 *
 * @param texts any texts, possibly empty; may be an empty list
 * @param maxLength the most tokens of a text, special tokens included; absent means the model's own limit
 * @param cut whether a longer text is cut to {@code maxLength}, or refused
 */
public record EmbeddingQuery(List<String> texts, OptionalInt maxLength, boolean cut) {

    /** A request whose texts are never cut. */
    public static EmbeddingQuery of(List<String> texts) {
        return new EmbeddingQuery(texts, OptionalInt.empty(), false);
    }
}
