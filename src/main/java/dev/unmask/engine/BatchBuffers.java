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
    private final PaddedView view = new PaddedView();
    private final PaddedView longView = new PaddedView();
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
     * @param twoViews whether long texts may be in the second view
     */
    void fill(int[][] texts, int[][] textMasks, boolean twoViews) {
        int longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElseThrow();
        int tokens = Arrays.stream(texts).mapToInt(text -> text.length).sum();
        int longestOfFirst = twoViews ? PaddedView.longestOfFirst(texts) : longest;
        int inFirst = (int) Arrays.stream(texts)
                .filter(text -> text.length <= longestOfFirst)
                .count();
        ids = fitting(ids, tokens);
        positions = fitting(positions, tokens);
        view.begin(inFirst, longestOfFirst);
        longView.begin(texts.length - inFirst, longest);
        int cells = view.tokens().limit();
        starts = fitting(starts, texts.length + 1);
        offsets = fitting(offsets, Math.addExact(cells, longView.tokens().limit()));
        masks = fitting(
                masks, Arrays.stream(textMasks).mapToInt(text -> text.length).sum());

        int first = 0;
        int mask = 0;
        int spare = tokens;
        for (int i = 0; i < texts.length; i++) {
            int length = texts[i].length;
            PaddedView own = length > longestOfFirst ? longView : view;
            int start = own.add(first, length) + (own == longView ? cells : 0);
            ids.put(first, texts[i]);
            starts.put(i, first);
            for (int column = 0; column < length; column++) {
                positions.put(first + column, column);
            }
            for (int column = 0; column < own.width(); column++) {
                offsets.put(column < length ? first + column : spare++, start + column);
            }
            for (int position : textMasks[i]) {
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

    /** {@link GraphNames#LENGTHS} and {@link GraphNames#PADDED_TOKENS}. */
    PaddedView view() {
        return view;
    }

    /** {@link GraphNames#LONG_LENGTHS} and {@link GraphNames#LONG_PADDED_TOKENS}. */
    PaddedView longView() {
        return longView;
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

    /** A buffer whose limit is {@code size}: the given one if it is large enough. */
    static IntBuffer fitting(IntBuffer buffer, int size) {
        IntBuffer fitting = buffer.capacity() < size ? ints(size) : buffer;
        fitting.clear().limit(size);
        return fitting;
    }

    static IntBuffer ints(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Integer.BYTES))
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
