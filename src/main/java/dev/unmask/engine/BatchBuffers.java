package dev.unmask.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Native memory for the inputs and the output of one batch, used again from run to run. Each buffer's limit is what the
 * batch at hand needs.
 */
final class BatchBuffers {
    private IntBuffer ids = ints(512);
    private IntBuffer lengths = ints(8);
    private IntBuffer positions = ints(8);
    private FloatBuffer output = floats(8);
    private int longest;

    /**
     * Takes a batch.
     *
     * @param texts token ids of each text, at least one text; shorter ones are padded on the right
     * @param masks positions of each text's masks
     */
    void fill(int[][] texts, int[][] masks) {
        longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElseThrow();
        ids = fitting(ids, Math.multiplyExact(texts.length, longest));
        lengths = fitting(lengths, texts.length);
        positions = fitting(
                positions, Arrays.stream(masks).mapToInt(text -> text.length).sum());

        int mask = 0;
        for (int row = 0; row < texts.length; row++) {
            int start = row * longest;
            ids.put(start, texts[row]);
            for (int column = texts[row].length; column < longest; column++) {
                ids.put(start + column, 0);
            }
            lengths.put(row, texts[row].length);
            for (int position : masks[row]) {
                positions.put(mask++, start + position);
            }
        }
    }

    /** The length of the batch's longest text, in tokens. */
    int longest() {
        return longest;
    }

    /** Token ids, {@code [texts, longest]}. */
    IntBuffer ids() {
        return ids;
    }

    /** Tokens of each text. */
    IntBuffer lengths() {
        return lengths;
    }

    /** Flat positions of the masks. */
    IntBuffer positions() {
        return positions;
    }

    /**
     * Where the output is written.
     *
     * @param values how many floats it has
     */
    FloatBuffer output(int values) {
        output = output.capacity() < values ? floats(values) : output;
        output.clear().limit(values);
        return output;
    }

    private static IntBuffer fitting(IntBuffer buffer, int size) {
        IntBuffer fitting = buffer.capacity() < size ? ints(size) : buffer;
        fitting.clear().limit(size);
        return fitting;
    }

    private static IntBuffer ints(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Integer.BYTES))
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    private static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
