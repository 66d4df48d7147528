package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A product's left operand with even channels. */
class EvenChannelsPropertiesTest extends NodesFolder {
    @Property(tries = 60)
    void theProductStaysTheSame(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 40) int channels,
            @ForAll @IntRange(min = 1, max = 30) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = Matrices.floats(random, rows * channels);
        float[] weight = Matrices.floats(random, channels * out);
        double[] before = Matrices.product(left, weight, rows);
        double[] magnitudes = Matrices.product(magnitudes(left), magnitudes(weight), rows);

        EvenChannels even = EvenChannels.of(largest(left, channels), weight);
        float[] evened = left(even, left, channels);

        double[] after = Matrices.product(evened, even.weight(), rows);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-5 * magnitudes[i] + 1e-9));
        }
    }

    /** With weights that are all alike, a channel of 25 is smoothed to 5, and then divided among itself and 4 copies. */
    @Example
    void whatIsStillLargeAfterSmoothingIsDivided() throws IOException, OrtException {
        float[] row = {1, -25, 1, 1, 1, 1};
        float[] weight = new float[row.length];
        Arrays.fill(weight, 1);

        float[] evened = left(EvenChannels.of(magnitudes(row), weight), row, row.length);

        assertThat(evened).hasSize(row.length + EvenChannels.COPIES);
        assertThat(magnitudes(evened)).doesNotContain(0);
        for (float value : magnitudes(evened)) {
            assertThat(value).isLessThanOrEqualTo(1.0001f);
        }
    }

    private float[] left(EvenChannels even, float[] rows, int channels) throws IOException, OrtException {
        return run(
                rows,
                rows.length / channels,
                channels + EvenChannels.COPIES,
                (graph, weights) -> EvenChannels.append(
                        graph, "product", even.scaled(graph, weights, "product", LEFT), even.copies()));
    }

    private static float[] largest(float[] left, int channels) {
        float[] largest = new float[channels];
        for (int i = 0; i < left.length; i++) {
            largest[i % channels] = Math.max(largest[i % channels], Math.abs(left[i]));
        }
        return largest;
    }

    private static float[] magnitudes(float[] values) {
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }
}
