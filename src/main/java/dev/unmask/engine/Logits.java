package dev.unmask.engine;

import java.nio.FloatBuffer;

/**
 * Logits of one run, a row for each mask, in the order of the texts and of the masks in them. They live in memory that
 * the next run writes over: read them before it.
 */
public final class Logits {
    private final FloatBuffer values;
    private final int vocabulary;

    /**
     * @param values the rows one after another, {@code rows * vocabulary} floats
     * @param vocabulary how many logits a row has
     */
    public Logits(FloatBuffer values, int vocabulary) {
        this.values = values;
        this.vocabulary = vocabulary;
    }

    /** How many logits a row has: the rows of the model's embedding, which may be more than its vocabulary's entries. */
    public int vocabulary() {
        return vocabulary;
    }

    /** How many masks there are. */
    public int rows() {
        return values.limit() / vocabulary;
    }

    /**
     * Copies one row.
     *
     * @param row which, from 0
     * @param into where to, {@code vocabulary} floats
     */
    public void read(int row, float[] into) {
        values.get(row * vocabulary, into, 0, vocabulary);
    }
}
