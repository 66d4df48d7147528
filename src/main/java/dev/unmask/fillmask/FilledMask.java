package dev.unmask.fillmask;

import dev.unmask.text.Tokenizer;
import java.util.AbstractList;

/**
 * The predictions of one mask, decoded as they are read: their texts can take a thousand times the memory of the query.
 * Reading them in order is fast; they are not kept. Not thread-safe.
 */
final class FilledMask extends AbstractList<Prediction> {
    /** Tokens to decode in one call: enough to make the call cheap, few enough to keep memory flat. */
    private static final int DECODED_AT_ONCE = 8_192;

    private final EncodedText text;
    private final int mask;
    private final Ranking ranking;
    private final Tokenizer tokenizer;
    private final int step;

    private int from;
    private Prediction[] decoded = new Prediction[0];

    FilledMask(EncodedText text, int mask, Ranking ranking, Tokenizer tokenizer) {
        this.text = text;
        this.mask = mask;
        this.ranking = ranking;
        this.tokenizer = tokenizer;
        this.step = Math.max(1, DECODED_AT_ONCE / text.tokens().length());
    }

    @Override
    public int size() {
        return ranking.tokens().length;
    }

    @Override
    public Prediction get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException(index);
        }
        if (index < from || index >= from + decoded.length) {
            decode(index - index % step);
        }
        return decoded[index - from];
    }

    private void decode(int begin) {
        int count = Math.min(step, size() - begin);
        int[][] pieces = new int[count][];
        int[][] sequences = new int[count][];
        for (int i = 0; i < count; i++) {
            int token = ranking.tokens()[begin + i];
            pieces[i] = new int[] {token};
            sequences[i] = text.filled(mask, token, tokenizer.specialTokens());
        }
        String[] pieceTexts = tokenizer.decodeAll(pieces, false);
        // With several masks the reference keeps special tokens, so that the other masks stay visible.
        String[] sequenceTexts = tokenizer.decodeAll(sequences, text.tokens().masks().length == 1);
        Prediction[] predictions = new Prediction[count];
        for (int i = 0; i < count; i++) {
            predictions[i] = new Prediction(
                    ranking.scores()[begin + i], ranking.tokens()[begin + i], pieceTexts[i], sequenceTexts[i]);
        }
        decoded = predictions;
        from = begin;
    }
}
