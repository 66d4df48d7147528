package dev.unmask.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Native memory for the inputs and the output of one batch, reused from run to run. Two output buffers alternate, so that
 * one can be read while the next run writes the other. Each buffer's limit is what the current batch needs.
 */
final class BatchBuffers {
    private IntBuffer ids = ints(512);
    private IntBuffer positions = ints(512);
    private IntBuffer lengths = ints(8);
    private IntBuffer padded = ints(512);
    private IntBuffer starts = ints(9);
    private IntBuffer offsets = ints(512);
    private IntBuffer masks = ints(8);
    private FloatBuffer output = floats(8);
    private FloatBuffer before = floats(8);

    /**
     * Fills the inputs with a batch.
     *
     * @param texts token ids of each text, at least one text
     * @param textMasks positions of each text's masks
     */
    void fill(int[][] texts, int[][] textMasks) {
        int longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElseThrow();
        int tokens = Arrays.stream(texts).mapToInt(text -> text.length).sum();
        ids = fitting(ids, tokens);
        positions = fitting(positions, tokens);
        lengths = fitting(lengths, texts.length);
        padded = fitting(padded, Math.multiplyExact(texts.length, longest));
        starts = fitting(starts, texts.length + 1);
        offsets = fitting(offsets, padded.limit());
        masks = fitting(
                masks, Arrays.stream(textMasks).mapToInt(text -> text.length).sum());

        int first = 0;
        int mask = 0;
        int spare = tokens;
        for (int row = 0; row < texts.length; row++) {
            int length = texts[row].length;
            int start = row * longest;
            ids.put(first, texts[row]);
            lengths.put(row, length);
            starts.put(row, first);
            for (int column = 0; column < length; column++) {
                positions.put(first + column, column);
            }
            for (int column = 0; column < longest; column++) {
                boolean token = column < length;
                padded.put(start + column, token ? first + column : first);
                offsets.put(token ? first + column : spare++, start + column);
            }
            for (int position : textMasks[row]) {
                masks.put(mask++, first + position);
            }
            first += length;
        }
        starts.put(texts.length, tokens);
    }

    /** {@link GraphNames#INPUT_IDS}. */
    IntBuffer ids() {
        return ids;
    }

    /** {@link GraphNames#POSITION_IDS}. */
    IntBuffer positions() {
        return positions;
    }

    /** {@link GraphNames#LENGTHS}. */
    IntBuffer lengths() {
        return lengths;
    }

    /** {@link GraphNames#PADDED_TOKENS}, row by row. */
    IntBuffer padded() {
        return padded;
    }

    /** {@link GraphNames#TOKEN_CELLS}. */
    IntBuffer cells() {
        return offsets.slice(0, ids.limit());
    }

    /** {@link GraphNames#TEXT_STARTS}. */
    IntBuffer starts() {
        return starts;
    }

    /** {@link GraphNames#TOKEN_OFFSETS}, row by row. */
    IntBuffer offsets() {
        return offsets;
    }

    /** {@link GraphNames#MASK_POSITIONS}. */
    IntBuffer masks() {
        return masks;
    }

    /**
     * The buffer for the next output; the previous output stays valid until the next call.
     *
     * @param values how many floats it has
     */
    FloatBuffer output(int values) {
        FloatBuffer free = before;
        before = output;
        output = free.capacity() < values ? floats(values) : free;
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
