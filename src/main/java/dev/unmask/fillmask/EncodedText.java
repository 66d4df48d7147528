package dev.unmask.fillmask;

import dev.unmask.batching.MaskedText;
import dev.unmask.fault.Fault;
import dev.unmask.text.Pieces;
import dev.unmask.text.SpecialTokens;
import dev.unmask.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A text as token ids, checked, and back again with its masks filled. */
record EncodedText(MaskedText tokens) {
    /** How many sequences are decoded in one call: enough to make the call cheap, few enough to keep memory flat. */
    private static final int DECODED_AT_ONCE = 256;

    /**
     * Tokenises one text.
     *
     * @param where how messages name the text, with a leading space, or "" where there is only one
     * @param limit the most tokens a text may have
     * @throws Fault of kind BAD_REQUEST when it has no mask or too many tokens
     */
    static EncodedText encode(String text, Query.Encoding encoding, Tokenizer tokenizer, int limit, String where) {
        SpecialTokens special = tokenizer.specialTokens();
        Pieces pieces = Pieces.of(
                text,
                encoding.specialTokens(),
                tokenizer,
                Math.max(limit, encoding.maxLength().orElse(0)));
        int[] ids = pieces.truncated(encoding.maxLength(), encoding.cut(), where);
        int[] masks = IntStream.range(0, ids.length)
                .filter(i -> ids[i] == special.mask())
                .toArray();
        boolean tooLong = ids.length > limit;
        boolean masked = text.contains(special.maskToken());
        if (masks.length == 0 && !(tooLong && masked)) {
            throw Fault.badRequest("No mask_token (%s) found on the input%s%s"
                    .formatted(
                            special.maskToken(),
                            where,
                            masked ? ": it was cut off by truncation to %d tokens".formatted(ids.length) : ""));
        }
        if (tooLong) {
            throw pieces.tooLong(limit, where, tokenizer);
        }
        return new EncodedText(new MaskedText(ids, masks));
    }

    /** The predictions of mask number {@code mask}. */
    List<Prediction> fill(int mask, Ranking ranking, Tokenizer tokenizer) {
        int count = ranking.tokens().length;
        Prediction[] predictions = new Prediction[count];
        for (int from = 0; from < count; from += DECODED_AT_ONCE) {
            int to = Math.min(count, from + DECODED_AT_ONCE);
            int[][] pieces = new int[to - from][];
            int[][] sequences = new int[to - from][];
            for (int i = from; i < to; i++) {
                pieces[i - from] = new int[] {ranking.tokens()[i]};
                sequences[i - from] = filled(mask, ranking.tokens()[i], tokenizer.specialTokens());
            }
            String[] pieceTexts = tokenizer.decodeAll(pieces, false);
            // With several masks the reference keeps special tokens, so that the other masks stay visible.
            String[] sequenceTexts = tokenizer.decodeAll(sequences, tokens.masks().length == 1);
            for (int i = from; i < to; i++) {
                predictions[i] = new Prediction(
                        ranking.scores()[i], ranking.tokens()[i], pieceTexts[i - from], sequenceTexts[i - from]);
            }
        }
        return List.of(predictions);
    }

    /** The ids with one mask filled and all padding dropped, also padding that the caller typed or that was predicted. */
    private int[] filled(int mask, int token, SpecialTokens special) {
        int[] ids = tokens.ids().clone();
        ids[tokens.masks()[mask]] = token;
        return Arrays.stream(ids).filter(id -> id != special.pad()).toArray();
    }
}
