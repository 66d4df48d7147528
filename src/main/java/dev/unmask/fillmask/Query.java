package dev.unmask.fillmask;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A fill-mask query.
 *
 * @param texts the texts, each with at least one mask token; may be empty
 * @param topK how many predictions per mask; absent means {@link #DEFAULT_TOP_K}
 * @param targets the only tokens to rank, as text; absent means the whole vocabulary
 * @param encoding how texts become token ids
 */
public record Query(List<String> texts, OptionalInt topK, Optional<List<String>> targets, Encoding encoding) {
    /** The reference's default. */
    public static final int DEFAULT_TOP_K = 5;

    /**
     * How texts become token ids.
     *
     * @param specialTokens whether [CLS] and [SEP] are added
     * @param maxLength the most tokens of a text, special tokens included; absent means the model's own limit
     * @param cut whether a longer text is cut to {@code maxLength}, or refused
     */
    public record Encoding(boolean specialTokens, OptionalInt maxLength, boolean cut) {
        /** With special tokens, never cut. */
        public static final Encoding PLAIN = new Encoding(true, OptionalInt.empty(), false);
    }
}
