package dev.unmask.graph;

import dev.unmask.checkpoint.Activation;
import dev.unmask.checkpoint.BertConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The few neurons of a feed-forward block with the largest activations, which in some layers are ten times as large as all
 * others. In an 8-bit product they would determine a row's scale, and all others would be rounded coarsely; so they are
 * taken out of it, and computed as a small block of their own in 32 bits. (The idea is LLM.int8()'s, Dettmers et al. 2022;
 * there outliers are found at run time, here once.)
 *
 * @param neurons which
 * @param inner their weight in the first product, {@code [hidden, outliers]}
 * @param bias their bias in the first product
 */
record OutlierNeurons(int[] neurons, float[] inner, float[] bias) {
    /** How many there are at most in a layer. */
    static final int MOST = 8;

    /**
     * Takes the outliers out of a block's first product: there they become zero, as their activation does.
     *
     * @param largest the largest magnitude of each neuron's activation
     * @param inner the first product's weight {@code [hidden, neurons]}, changed
     * @param bias its bias, changed
     */
    static OutlierNeurons takenFrom(float[] largest, float[] inner, float[] bias) {
        int[] neurons = among(largest);
        int hidden = inner.length / bias.length;
        float[] own = new float[hidden * neurons.length];
        float[] ownBias = new float[neurons.length];
        for (int i = 0; i < neurons.length; i++) {
            for (int channel = 0; channel < hidden; channel++) {
                int at = channel * bias.length + neurons[i];
                own[channel * neurons.length + i] = inner[at];
                inner[at] = 0;
            }
            ownBias[i] = bias[neurons[i]];
            bias[neurons[i]] = 0;
        }
        return new OutlierNeurons(neurons, own, ownBias);
    }

    private static int[] among(float[] largest) {
        return IntStream.range(0, largest.length)
                .boxed()
                .sorted(Comparator.comparingDouble(neuron -> -largest[neuron]))
                .limit(MOST)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** How many bytes of the weight file a layer's outliers take. */
    static long bytes(BertConfig config) {
        return Float.BYTES * Math.min(MOST, config.intermediate()) * (2L * config.hidden() + 1);
    }

    /**
     * Takes them out of the second product too, and makes their block.
     *
     * @param rows the block's input {@code [rows, hidden]}
     * @param outer the second product's weight {@code [neurons, hidden]}, changed
     * @return adds the block's result to the second product's
     */
    UnaryOperator<String> block(
            GraphBuilder graph, WeightFile weights, String name, Activation activation, String rows, float[] outer) {
        int hidden = inner.length / neurons.length;
        float[] own = new float[inner.length];
        for (int i = 0; i < neurons.length; i++) {
            int from = neurons[i] * hidden;
            System.arraycopy(outer, from, own, i * hidden, hidden);
            Arrays.fill(outer, from, from + hidden, 0);
        }
        String product = graph.standard(
                "MatMul",
                List.of(rows, graph.constant(weights.put(name + ".outliers.inner", inner, hidden, neurons.length))));
        String active = ActivationNode.add(
                graph, activation, product, graph.constant(weights.put(name + ".outliers.bias", bias, bias.length)));
        String weight = graph.constant(weights.put(name + ".outliers.outer", own, neurons.length, hidden));
        return sum -> graph.standard("Gemm", List.of(active, weight, sum));
    }
}
