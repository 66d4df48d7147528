package dev.unmask.engine;

import java.nio.IntBuffer;
import java.util.Arrays;

/** Texts of a batch in rows of one length, in native memory that is reused from batch to batch. */
final class PaddedView {
    /** What a cell costs besides its scores, in scores: its query, key and value are gathered and copied. */
    private static final int CELL = 48;

    /** What attention over a second view costs at least, in scores: calls of its operators. */
    private static final int VIEW = 2_000;

    private IntBuffer lengths = BatchBuffers.ints(8);
    private IntBuffer tokens = BatchBuffers.ints(512);
    private int width = 1;
    private int rows;

    /**
     * Up to which length texts belong into the first of two views, so that attention over both takes the least time.
     *
     * @return the longest length if one view is as good
     */
    static int longestOfFirst(int[][] texts) {
        int[] ascending =
                Arrays.stream(texts).mapToInt(text -> text.length).sorted().toArray();
        int longest = ascending[ascending.length - 1];
        int best = longest;
        long least = cost(ascending.length, longest) - VIEW;
        for (int i = 1; i < ascending.length; i++) {
            long cost = cost(i, ascending[i - 1]) + cost(ascending.length - i, longest);
            if (cost < least) {
                least = cost;
                best = ascending[i - 1];
            }
        }
        return best;
    }

    private static long cost(int texts, int length) {
        return (long) texts * length * (length + CELL);
    }

    /** Begins a view of so many texts, which {@link #add} adds. */
    void begin(int texts, int length) {
        lengths = BatchBuffers.fitting(lengths, texts);
        tokens = BatchBuffers.fitting(tokens, Math.multiplyExact(texts, length));
        width = length;
        rows = 0;
    }

    /**
     * Adds a text.
     *
     * @param first its first token in the packed tokens, which is repeated past its end
     * @param length its tokens
     * @return its first cell
     */
    int add(int first, int length) {
        int start = rows * width;
        for (int column = 0; column < width; column++) {
            tokens.put(start + column, column < length ? first + column : first);
        }
        lengths.put(rows++, length);
        return start;
    }

    /** The length of its rows. */
    int width() {
        return width;
    }

    /** How many tokens each text has. */
    IntBuffer lengths() {
        return lengths;
    }

    /** The token in each cell, row by row. */
    IntBuffer tokens() {
        return tokens;
    }
}
