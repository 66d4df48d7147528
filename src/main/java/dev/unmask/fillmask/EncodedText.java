package dev.unmask.fillmask;

import dev.unmask.batching.MaskedText;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import dev.unmask.text.Pieces;
import dev.unmask.text.SpecialTokens;
import dev.unmask.text.Tokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A text as validated token ids, which can be filled and decoded. */
record EncodedText(MaskedText tokens) {
    /**
     * Tokenizes one text.
     *
     * @param limits the most characters, tokens and masks that it may have
     * @throws Fault of kind BAD_REQUEST when it has no mask, or too many of any of these
     */
    static EncodedText encode(String text, Query.Encoding encoding, Tokenizer tokenizer, QueryLimits limits) {
        Pieces.checkLength(text, limits.characters());
        int limit = limits.tokens();
        SpecialTokens special = tokenizer.specialTokens();
        Pieces pieces = Pieces.of(
                text,
                encoding.specialTokens(),
                tokenizer,
                Math.max(limit, encoding.maxLength().orElse(0)));
        int[] ids = pieces.truncated(encoding.maxLength(), encoding.cut());
        int[] masks = IntStream.range(0, ids.length)
                .filter(i -> ids[i] == special.mask())
                .toArray();
        boolean tooLong = ids.length > limit;
        boolean masked = text.contains(special.maskToken());
        if (masks.length == 0 && !(tooLong && masked)) {
            // The reference's own message.
            throw Fault.badRequest(
                    Part.TEXT,
                    "No mask_token (%s) found on the input%s"
                            .formatted(
                                    special.maskToken(),
                                    masked ? ": it was cut off by truncation to %d tokens".formatted(ids.length) : ""));
        }
        if (tooLong) {
            throw pieces.tooLong(limit, tokenizer);
        }
        if (masks.length > limits.masks()) {
            throw Fault.badRequest(
                    Part.TEXT,
                    limits.masks() == 1
                            ? "The text has %d masks; only one is allowed.".formatted(masks.length)
                            : "The text has %d masks; at most %d are allowed.".formatted(masks.length, limits.masks()));
        }
        return new EncodedText(new MaskedText(ids, masks));
    }

    /** The ids with one mask filled and all padding dropped, including padding that the caller typed or that was predicted. */
    int[] filled(int mask, int token, SpecialTokens special) {
        int[] ids = tokens.ids().clone();
        ids[tokens.masks()[mask]] = token;
        return Arrays.stream(ids).filter(id -> id != special.pad()).toArray();
    }
}
