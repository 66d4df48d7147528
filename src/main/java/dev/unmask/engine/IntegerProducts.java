package dev.unmask.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import java.nio.ByteBuffer;
import java.util.Map;

/** Checks whether this processor's 8-bit products are exact. */
public final class IntegerProducts {
    /** The left operand, uint8 {@code [rows, columns]}. */
    public static final String LEFT = "left";

    /** The product with a weight of 127 in every place, float32. */
    public static final String PRODUCT = "product";

    private static final int LARGEST = 255;

    private IntegerProducts() {}

    /**
     * Multiplies a row of 255 in every place.
     *
     * @param graph with the input {@link #LEFT} and the output {@link #PRODUCT}
     * @param columns of the left operand
     * @return whether every element is {@code columns * 255 * 127}
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public static boolean exact(byte[] graph, int columns) {
        OrtEnvironment environment = Session.load();
        ByteBuffer row = ByteBuffer.allocateDirect(columns);
        while (row.hasRemaining()) {
            row.put((byte) LARGEST);
        }
        try {
            return NativeWork.OF_PROCESS.in(() -> exact(environment, graph, row.flip(), columns));
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed on an 8-bit product", failed);
        }
    }

    private static boolean exact(OrtEnvironment environment, byte[] graph, ByteBuffer row, int columns)
            throws OrtException {
        try (OrtSession session = environment.createSession(graph);
                OnnxTensor left =
                        OnnxTensor.createTensor(environment, row, new long[] {1, columns}, OnnxJavaType.UINT8);
                Result result = session.run(Map.of(LEFT, left))) {
            float[][] product = (float[][]) result.get(0).getValue();
            for (float element : product[0]) {
                if (element != columns * LARGEST * Byte.MAX_VALUE) {
                    return false;
                }
            }
            return true;
        }
    }
}
