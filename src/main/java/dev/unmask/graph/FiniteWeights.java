package dev.unmask.graph;

import dev.unmask.checkpoint.Tensor;
import dev.unmask.fault.Fault;

/** Reads weights for a graph, and refuses those that would make its logits meaningless. */
final class FiniteWeights {
    private FiniteWeights() {}

    /**
     * Copies elements like {@link Tensor#read}.
     *
     * @throws Fault of kind MODEL_REFUSED, naming the tensor, when an element is infinite or NaN
     */
    static void read(Tensor tensor, long from, float[] into, int at, int length) {
        tensor.read(from, into, at, length);
        for (int i = at; i < at + length; i++) {
            if (!Float.isFinite(into[i])) {
                throw Fault.modelRefused(
                        "The tensor \"%s\" has a value that is not finite (element %d); the checkpoint is damaged."
                                .formatted(tensor.name(), from + i - at));
            }
        }
    }

    /** All elements, in row-major order. */
    static float[] all(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.count())];
        read(tensor, 0, values, 0, values.length);
        return values;
    }
}
