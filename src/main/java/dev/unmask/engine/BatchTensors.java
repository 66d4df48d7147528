package dev.unmask.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** The input tensors of one run, those that its graph has, over the memory of {@link BatchBuffers}. */
final class BatchTensors implements AutoCloseable {
    private final Session session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();

    /**
     * @param texts how many texts the batch has
     * @param chosen which scores are chosen
     */
    BatchTensors(Session session, BatchBuffers buffers, int texts, Chosen chosen) throws OrtException {
        this.session = session;
        try {
            put(GraphNames.INPUT_IDS, buffers.ids());
            put(GraphNames.POSITION_IDS, buffers.positions());
            put(GraphNames.LENGTHS, GraphNames.PADDED_TOKENS, buffers.view());
            put(GraphNames.LONG_LENGTHS, GraphNames.LONG_PADDED_TOKENS, buffers.longView());
            put(GraphNames.TOKEN_CELLS, buffers.cells());
            put(GraphNames.TEXT_STARTS, buffers.starts());
            put(GraphNames.TOKEN_OFFSETS, buffers.offsets(), buffers.offsets().limit() / texts);
            put(GraphNames.MASK_POSITIONS, buffers.masks());
            put(GraphNames.CHOOSE, environment -> OnnxTensor.createTensor(environment, chosen.something()));
            put(GraphNames.BEST, new long[] {chosen.best()}, 1);
            put(GraphNames.PLACES, chosen.places(), chosen.places().length);
        } catch (OrtException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void put(String name, IntBuffer values) throws OrtException {
        put(name, environment -> OnnxTensor.createTensor(environment, values, new long[] {values.limit()}));
    }

    private void put(String lengths, String tokens, PaddedView view) throws OrtException {
        put(lengths, view.lengths());
        put(tokens, view.tokens(), view.width());
    }

    /** Values in rows of a width. */
    private void put(String name, IntBuffer values, int width) throws OrtException {
        long[] shape = {values.limit() / width, width};
        put(name, environment -> OnnxTensor.createTensor(environment, values, shape));
    }

    private void put(String name, long[] values, long... shape) throws OrtException {
        put(name, environment -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
    }

    private void put(String name, NewTensor tensor) throws OrtException {
        if (session.takes(name)) {
            inputs.put(name, tensor.in(session.environment()));
        }
    }

    /** Makes a tensor. */
    private interface NewTensor {
        OnnxTensor in(OrtEnvironment environment) throws OrtException;
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
