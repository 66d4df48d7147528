package dev.unmask.graph;

import dev.unmask.checkpoint.Linear;
import dev.unmask.checkpoint.Tensor;

/** Weights in the layout of MatMul's second operand, {@code [in, out]}; checkpoints have {@code [out, in]}. */
final class MatrixWeights {
    private MatrixWeights() {}

    /** A transposed weight: {@code [in, out]}. */
    static float[] of(Linear linear) {
        float[] weight = new float[Math.toIntExact(linear.weight().count())];
        transpose(linear.weight(), weight, Math.toIntExact(linear.weight().shape()[0]), 0);
        return weight;
    }

    /** Writes {@code weight [out, in]} transposed into a matrix of {@code columns} columns, from column {@code at} on. */
    static void transpose(Tensor weight, float[] into, int columns, int at) {
        int out = (int) weight.shape()[0];
        int in = (int) weight.shape()[1];
        float[] row = new float[in];
        for (int o = 0; o < out; o++) {
            FiniteWeights.read(weight, (long) o * in, row, 0, in);
            for (int i = 0; i < in; i++) {
                into[i * columns + at + o] = row[i];
            }
        }
    }
}
