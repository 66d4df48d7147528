package dev.unmask.graph;

import dev.unmask.checkpoint.Activation;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.checkpoint.Layer;
import dev.unmask.checkpoint.Linear;
import dev.unmask.checkpoint.Norm;
import dev.unmask.checkpoint.Projection;
import dev.unmask.checkpoint.Tensor;

/**
 * BertForMaskedLM, and CXR-BERT's text embeddings, in double precision, one text at a time, written from the papers'
 * formulas with plain loops and no thought of speed.
 */
public final class ReferenceBert {
    private final Checkpoint checkpoint;
    private final int hidden;
    private final int heads;
    private final double epsilon;

    public ReferenceBert(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.hidden = checkpoint.config().hidden();
        this.heads = checkpoint.config().heads();
        this.epsilon = checkpoint.config().layerNormEpsilon();
    }

    /** Logits at every position of a text. */
    double[][] logits(int[] ids) {
        double[][] states = states(ids);
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] transformed = norm(
                    activate(apply(checkpoint.head().transform(), states[t])),
                    checkpoint.head().norm());
            logits[t] = apply(
                    new Linear(checkpoint.head().decoder(), checkpoint.head().bias()), transformed);
        }
        return logits;
    }

    /**
     * The text embedding by hi-ml's {@code CXRBertModel}: of the last hidden state at the first token. GELU by the error
     * function and the norm's epsilon are fixed there, whatever the config says.
     */
    public double[] embedding(int[] ids) {
        Projection head = checkpoint.projection().orElseThrow();
        double[] hidden = apply(head.hidden(), states(ids)[0]);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] *= normalDistribution(hidden[i]);
        }
        double[] output = apply(head.output(), norm(hidden, head.norm(), 1e-12));
        double squares = 0;
        for (double value : output) {
            squares += value * value;
        }
        for (int i = 0; i < output.length; i++) {
            output[i] /= Math.sqrt(squares);
        }
        return output;
    }

    /** The last hidden states of a text. */
    private double[][] states(int[] ids) {
        double[][] states = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] sum = row(checkpoint.wordEmbeddings(), ids[t]);
            add(sum, row(checkpoint.positionEmbeddings(), t));
            add(sum, row(checkpoint.tokenTypeEmbeddings(), 0));
            states[t] = norm(sum, checkpoint.embeddingNorm());
        }
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            states = layer(states, checkpoint.layer(i));
        }
        return states;
    }

    private double[][] layer(double[][] states, Layer layer) {
        double[][] attended = attention(states, layer);
        double[][] result = new double[states.length][];
        for (int t = 0; t < states.length; t++) {
            double[] inner = apply(layer.attentionOutput(), attended[t]);
            add(inner, states[t]);
            inner = norm(inner, layer.attentionNorm());
            double[] outer = apply(layer.output(), activate(apply(layer.intermediate(), inner)));
            add(outer, inner);
            result[t] = norm(outer, layer.outputNorm());
        }
        return result;
    }

    private double[][] attention(double[][] states, Layer layer) {
        int length = states.length;
        int size = hidden / heads;
        double[][] queries = new double[length][];
        double[][] keys = new double[length][];
        double[][] values = new double[length][];
        for (int t = 0; t < length; t++) {
            queries[t] = apply(layer.query(), states[t]);
            keys[t] = apply(layer.key(), states[t]);
            values[t] = apply(layer.value(), states[t]);
        }
        double[][] context = new double[length][hidden];
        for (int head = 0; head < heads; head++) {
            int from = head * size;
            for (int t = 0; t < length; t++) {
                double[] weights = new double[length];
                double sum = 0;
                for (int s = 0; s < length; s++) {
                    double product = 0;
                    for (int i = from; i < from + size; i++) {
                        product += queries[t][i] * keys[s][i];
                    }
                    weights[s] = Math.exp(product / Math.sqrt(size));
                    sum += weights[s];
                }
                for (int s = 0; s < length; s++) {
                    for (int i = from; i < from + size; i++) {
                        context[t][i] += weights[s] / sum * values[s][i];
                    }
                }
            }
        }
        return context;
    }

    private double[] activate(double[] values) {
        Activation activation = checkpoint.config().activation();
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double x = values[i];
            result[i] = switch (activation) {
                case GELU -> x * normalDistribution(x);
                case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
                case RELU -> Math.max(0, x);
            };
        }
        return result;
    }

    /** By its power series (Marsaglia 2004, "Evaluating the normal distribution"), exact to rounding for such small x. */
    private static double normalDistribution(double x) {
        if (Math.abs(x) > 8) {
            return x < 0 ? 0 : 1;
        }
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }

    private double[] norm(double[] values, Norm norm) {
        return norm(values, norm, epsilon);
    }

    private static double[] norm(double[] values, Norm norm, double epsilon) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double variance = 0;
        for (double value : values) {
            variance += (value - mean) * (value - mean) / values.length;
        }
        float[] weight = norm.weight().floats();
        float[] bias = norm.bias().floats();
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (values[i] - mean) / Math.sqrt(variance + epsilon) * weight[i] + bias[i];
        }
        return result;
    }

    private static double[] apply(Linear linear, double[] input) {
        float[] weight = linear.weight().floats();
        float[] bias = linear.bias().floats();
        double[] output = new double[bias.length];
        for (int o = 0; o < output.length; o++) {
            output[o] = bias[o];
            for (int i = 0; i < input.length; i++) {
                output[o] += (double) weight[o * input.length + i] * input[i];
            }
        }
        return output;
    }

    private double[] row(Tensor tensor, int index) {
        float[] floats = new float[hidden];
        tensor.read((long) index * hidden, floats, 0, hidden);
        double[] row = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            row[i] = floats[i];
        }
        return row;
    }

    private static void add(double[] sum, double[] other) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
    }
}
