package dev.unmask.engine;

import java.nio.FloatBuffer;
import java.util.AbstractList;
import java.util.Objects;

/**
 * What one run gave: rows of logits, one for each mask in the order of the texts and of the masks in them, or of
 * embeddings, one for each text. They live in memory that the run after the next one writes over: read them before it.
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
     * How many floats a row has: of logits as many as the model's embedding has rows, which may be more than its
     * vocabulary's entries; of embeddings the projection's size.
     */
    public int width() {
        return width;
    }

    /** How many rows there are. */
    @Override
    public int size() {
        return values.limit() / width;
    }

    /** One row where it lies, {@code width} floats. */
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
