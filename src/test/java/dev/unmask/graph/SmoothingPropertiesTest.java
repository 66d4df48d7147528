package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Evening out channels. */
class SmoothingPropertiesTest {

    @Property(tries = 200)
    void aProductStaysWhatItIs(
            @ForAll @IntRange(min = 1, max = 40) int channels,
            @ForAll @IntRange(min = 1, max = 20) int out,
            @ForAll Random random) {
        float[] row = floats(random, channels);
        float[] weight = floats(random, channels * out);
        float[] largest = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            largest[channel] = Math.abs(row[channel]);
        }
        double[] before = product(row, weight, out);

        float[] factors = Smoothing.factors(largest, weight);
        Smoothing.multiplyRows(weight, factors);
        Smoothing.divideColumns(row, channels, 0, factors);

        double[] after = product(row, weight, out);
        for (int column = 0; column < out; column++) {
            assertThat(after[column]).isCloseTo(before[column], within(1e-4 * Math.abs(before[column]) + 1e-3));
        }
    }

    @Example
    void aLargeChannelAndItsWeightsMeetInTheMiddle() {
        float[] weight = {0.01f, -0.04f, 1, 0.25f};

        float[] factors = Smoothing.factors(new float[] {100, 1}, weight);

        assertThat(factors).containsExactly(new float[] {50, 1}, within(1e-4f));
        assertThat(Smoothing.inverse(factors)).containsExactly(new float[] {0.02f, 1}, within(1e-6f));
    }

    @Example
    void aChannelOfZerosHasAFactorToo() {
        assertThat(Smoothing.factors(new float[] {0, 0}, new float[] {0, 3})).doesNotContain(0);
    }

    private static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
        }
        return floats;
    }

    private static double[] product(float[] row, float[] weight, int out) {
        double[] product = new double[out];
        for (int i = 0; i < weight.length; i++) {
            product[i % out] += (double) row[i / out] * weight[i];
        }
        return product;
    }
}
