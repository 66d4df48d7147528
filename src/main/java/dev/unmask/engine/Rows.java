package dev.unmask.engine;

import java.nio.FloatBuffer;
import java.util.AbstractList;
import java.util.Objects;

/**
 * The output of one run: rows of logits or scores, one for each mask in the order of the texts and of their masks, or of
 * embeddings, one for each text. The run after the next overwrites their memory: read them before.
 */
public final class Rows extends AbstractList<Row> {
    private final FloatBuffer values;
    private final int width;

    /**
     * @param values the rows one after another, {@code rows * width} floats
     * @param width how many floats a row has
     */
    public Rows(FloatBuffer values, int width) {
        this.values = values;
        this.width = width;
    }

    /**
     * How many floats a row has: for logits the number of word embeddings, which may exceed the vocabulary's entries; for
     * embeddings the projection's size.
     */
    public int width() {
        return width;
    }

    /** How many rows there are. */
    @Override
    public int size() {
        return values.limit() / width;
    }

    /** One row in place, {@code width} floats. */
    @Override
    public Row get(int row) {
        return Row.whole(values.slice(Objects.checkIndex(row, size()) * width, width));
    }

    /**
     * Copies one row.
     *
     * @param row which, from 0
     * @param into where to, {@code width} floats
     */
    public void read(int row, float[] into) {
        values.get(row * width, into, 0, width);
    }
}
