package dev.unmask.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** A session that computes only matrix products; its speed is the roof for an {@link Engine}. */
public final class MatrixProducts implements AutoCloseable {
    /** The input: rows of the model's width, float32 {@code [tokens, hidden]}. */
    public static final String ROWS = "rows";

    /** The output, of the input's shape. */
    public static final String PRODUCT = "product";

    private final Session session;
    private FloatBuffer rows = floats(0);
    private FloatBuffer product = floats(0);

    private MatrixProducts(Session session) {
        this.session = session;
    }

    /**
     * Opens a session over a graph with the input {@link #ROWS} and the output {@link #PRODUCT}.
     *
     * @throws dev.unmask.fault.Fault as {@link Engine#open} does
     */
    public static MatrixProducts open(Path graph, Device device, int threads) {
        return new MatrixProducts(Session.open(graph, device, threads));
    }

    /**
     * Computes all products.
     *
     * @param tokens rows of the first left operand
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public void multiply(int tokens) {
        int width = session.width(PRODUCT).orElseThrow();
        if (rows.capacity() != tokens * width) {
            rows = floats(tokens * width);
            product = floats(tokens * width);
            while (rows.hasRemaining()) {
                rows.put(rows.position() % 7 - 3);
            }
            rows.flip();
        }
        long[] shape = {tokens, width};
        try (OnnxTensor input = OnnxTensor.createTensor(session.environment(), rows, shape);
                OnnxTensor output = OnnxTensor.createTensor(session.environment(), product, shape)) {
            session.session().run(Map.of(ROWS, input), Map.of(PRODUCT, output)).close();
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed on matrix products", failed);
        }
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void close() {
        session.close();
    }
}
