package dev.unmask.batching;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Row;
import dev.unmask.engine.Rows;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each mask with numbers that tell its text and its position, in two buffers that it uses in turn, as the engine does. */
final class RecordingRunner implements BatchRunner {
    static final int VOCABULARY = 3;

    private final List<int[]> lengths = new CopyOnWriteArrayList<>();
    private final List<Integer> masksRun = new CopyOnWriteArrayList<>();
    private FloatBuffer buffer = FloatBuffer.allocate(0);
    private FloatBuffer before = FloatBuffer.allocate(0);

    @Override
    public List<Row> run(int[][] ids, int[][] masks, Choice[] choices) {
        lengths.add(Arrays.stream(ids).mapToInt(text -> text.length).toArray());
        List<float[]> rows = new ArrayList<>();
        for (int text = 0; text < ids.length; text++) {
            for (int mask : masks[text]) {
                rows.add(expected(ids[text], mask));
            }
        }
        masksRun.add(rows.size());
        FloatBuffer free = before;
        before = buffer;
        buffer = free;
        if (buffer.capacity() < rows.size() * VOCABULARY) {
            buffer = FloatBuffer.allocate(rows.size() * VOCABULARY);
        }
        buffer.clear().limit(rows.size() * VOCABULARY);
        Arrays.fill(buffer.array(), Float.NaN);
        rows.forEach(buffer::put);
        return new Rows(buffer, VOCABULARY);
    }

    static float[] expected(int[] ids, int mask) {
        return new float[] {ids[0], ids.length, mask};
    }

    /** The lengths of the texts of each batch so far. */
    List<int[]> lengths() {
        return lengths;
    }

    /** The number of masks of each batch so far. */
    List<Integer> masksRun() {
        return masksRun;
    }
}
