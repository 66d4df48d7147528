package dev.unmask.graph;

import dev.unmask.checkpoint.Layer;

/**
 * The product after attention.
 *
 * @param weight {@code [hidden, hidden]}
 * @param bias with the bias of the values, which attention leaves out, {@code [hidden]}
 */
record AttentionOutput(float[] weight, float[] bias) {
    static AttentionOutput of(Layer layer) {
        float[] weight = MatrixWeights.of(layer.attentionOutput());
        float[] bias = FiniteWeights.all(layer.attentionOutput().bias());
        float[] values = FiniteWeights.all(layer.value().bias());
        double[] sums = new double[bias.length];
        for (int in = 0; in < values.length; in++) {
            for (int out = 0; out < bias.length; out++) {
                sums[out] += (double) values[in] * weight[in * bias.length + out];
            }
        }
        for (int out = 0; out < bias.length; out++) {
            bias[out] = (float) (bias[out] + sums[out]);
        }
        return new AttentionOutput(weight, bias);
    }
}
