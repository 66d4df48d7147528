package dev.unmask.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** The input tensors of one run, over the memory of {@link BatchBuffers}. */
final class BatchTensors implements AutoCloseable {
    private final OrtEnvironment environment;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();

    /**
     * @param texts how many texts the batch has
     * @param chosen which scores are chosen
     */
    BatchTensors(OrtEnvironment environment, BatchBuffers buffers, int texts, Chosen chosen) throws OrtException {
        this.environment = environment;
        try {
            put(GraphNames.INPUT_IDS, buffers.ids());
            put(GraphNames.POSITION_IDS, buffers.positions());
            put(GraphNames.LENGTHS, buffers.lengths());
            put(
                    GraphNames.PADDED_TOKENS,
                    buffers.padded(),
                    texts,
                    buffers.padded().limit() / texts);
            put(GraphNames.TOKEN_CELLS, buffers.cells());
            put(GraphNames.MASK_POSITIONS, buffers.masks());
            inputs.put(GraphNames.CHOOSE, OnnxTensor.createTensor(environment, chosen.something()));
            put(GraphNames.BEST, new long[] {chosen.best()}, 1);
            put(GraphNames.PLACES, chosen.places(), chosen.places().length / 2, 2);
        } catch (OrtException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void put(String name, IntBuffer values) throws OrtException {
        put(name, values, values.limit());
    }

    private void put(String name, IntBuffer values, long... shape) throws OrtException {
        inputs.put(name, OnnxTensor.createTensor(environment, values, shape));
    }

    private void put(String name, long[] values, long... shape) throws OrtException {
        inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
    }

    /** The tensors by their names in the graph. */
    Map<String, OnnxTensor> inputs() {
        return inputs;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
    }
}
