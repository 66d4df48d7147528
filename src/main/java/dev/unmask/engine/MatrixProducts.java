package dev.unmask.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A session that computes only matrix products; its speed is the roof for an {@link Engine}. It has little to copy to a
 * device and back: its rows are looked up there, and one row of the last product is read.
 */
public final class MatrixProducts implements AutoCloseable {
    /** Which of the graph's own rows to multiply, int32 {@code [tokens]}. */
    public static final String ROWS = "rows";

    /** Which of these rows are masks, int32 {@code [masks]}. */
    public static final String MASKS = "masks";

    /** How many rows the graph has. */
    public static final int TABLE = 512;

    /** The beginning of the last product's first row, float32 {@code [1, hidden]}. */
    public static final String PRODUCT = "product";

    private final Session session;
    private final FloatBuffer product;
    private IntBuffer rows = BatchBuffers.ints(0);
    private IntBuffer masks = BatchBuffers.ints(0);

    private MatrixProducts(Session session) {
        this.session = session;
        this.product = BatchBuffers.floats(session.width(PRODUCT).orElseThrow());
    }

    /**
     * Opens a session over a graph with the inputs {@link #ROWS} and {@link #MASKS} and the output {@link #PRODUCT}.
     *
     * @throws dev.unmask.fault.Fault as {@link Engine#open} does
     */
    public static MatrixProducts open(Path graph, Device device, int threads) {
        return new MatrixProducts(Session.open(graph, Optional.empty(), device, threads));
    }

    /**
     * Computes all products.
     *
     * @param tokens rows of the first left operand
     * @param masks how many of them are masks, 1 to {@code tokens}
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public void multiply(int tokens, int masks) {
        rows = counted(rows, tokens);
        this.masks = counted(this.masks, masks);
        try (OnnxTensor all = OnnxTensor.createTensor(session.environment(), rows, new long[] {tokens});
                OnnxTensor some = OnnxTensor.createTensor(session.environment(), this.masks, new long[] {masks});
                OnnxTensor output =
                        OnnxTensor.createTensor(session.environment(), product, new long[] {1, product.capacity()})) {
            NativeWork.OF_PROCESS
                    .in(() -> session.session().run(Map.of(ROWS, all, MASKS, some), Map.of(PRODUCT, output)))
                    .close();
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed on matrix products", failed);
        }
    }

    /** The numbers from 0, over and over below {@link #TABLE}. */
    private static IntBuffer counted(IntBuffer before, int count) {
        if (before.capacity() == count) {
            return before;
        }
        IntBuffer numbers = BatchBuffers.ints(count);
        for (int i = 0; i < count; i++) {
            numbers.put(i, i % TABLE);
        }
        return numbers;
    }

    @Override
    public void close() {
        session.close();
    }
}
