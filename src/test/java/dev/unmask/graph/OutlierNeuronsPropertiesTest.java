package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.unmask.checkpoint.Activation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A feed-forward block whose outliers are computed apart. */
class OutlierNeuronsPropertiesTest extends NodesFolder {
    @Property(tries = 60)
    void bothPartsTogetherAreTheWholeBlock(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 24) int hidden,
            @ForAll @IntRange(min = 1, max = 40) int neurons,
            @ForAll boolean relu,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = floats(random, rows * hidden);
        float[] inner = floats(random, hidden * neurons);
        float[] bias = floats(random, neurons);
        float[] outer = floats(random, neurons * hidden);
        Activation activation = relu ? Activation.RELU : Activation.GELU_TANH;
        double[] whole = block(left, activation, inner, bias, outer, hidden);

        float[] small = taken(left, activation, floats(random, neurons), inner, bias, outer, hidden);

        double[] rest = block(left, activation, inner, bias, outer, hidden);
        for (int i = 0; i < whole.length; i++) {
            assertThat(rest[i] + small[i]).isCloseTo(whole[i], within(1e-4 * (1 + Math.abs(whole[i]))));
        }
    }

    @Example
    void theLargestAreTakenAndLeaveNothingBehind() throws IOException, OrtException {
        float[] largest = new float[20];
        int[] outliers = {3, 19, 0, 7, 11, 12, 13, 5};
        for (int outlier : outliers) {
            largest[outlier] = 10 + outlier;
        }
        largest[4] = 9;
        float[] inner = ones(20);
        float[] bias = ones(20);
        float[] outer = ones(20);

        taken(new float[] {1}, Activation.RELU, largest, inner, bias, outer, 1);

        for (float[] weight : List.of(inner, bias, outer)) {
            assertThat(IntStream.range(0, 20).filter(neuron -> weight[neuron] == 0))
                    .containsExactlyInAnyOrder(Arrays.stream(outliers).boxed().toArray(Integer[]::new));
        }
    }

    /** The outliers' part of the block; what is left remains in the arguments. */
    private float[] taken(
            float[] left,
            Activation activation,
            float[] largest,
            float[] inner,
            float[] bias,
            float[] outer,
            int hidden)
            throws IOException, OrtException {
        return run(left, left.length / hidden, hidden, (graph, weights) -> {
            String nothing = graph.standard("Sub", List.of(LEFT, LEFT));
            return OutlierNeurons.takenFrom(largest, inner, bias)
                    .block(graph, weights, "layer", activation, LEFT, outer)
                    .apply(nothing);
        });
    }

    private static double[] block(
            float[] left, Activation activation, float[] inner, float[] bias, float[] outer, int hidden) {
        double[] sums = new double[left.length];
        for (int row = 0; row < left.length / hidden; row++) {
            for (int neuron = 0; neuron < bias.length; neuron++) {
                double sum = bias[neuron];
                for (int channel = 0; channel < hidden; channel++) {
                    sum += (double) left[row * hidden + channel] * inner[channel * bias.length + neuron];
                }
                double active = activation == Activation.RELU ? Math.max(0, sum) : geluTanh(sum);
                for (int channel = 0; channel < hidden; channel++) {
                    sums[row * hidden + channel] += active * outer[neuron * hidden + channel];
                }
            }
        }
        return sums;
    }

    /** Hendrycks and Gimpel 2016, section 2. */
    private static double geluTanh(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }
}
