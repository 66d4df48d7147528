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
        float[] row = Matrices.floats(random, channels);
        float[] weight = Matrices.floats(random, channels * out);
        float[] largest = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            largest[channel] = Math.abs(row[channel]);
        }
        double[] before = Matrices.product(row, weight, 1);

        float[] factors = Smoothing.factors(largest, weight);
        Smoothing.multiplyRows(weight, factors);
        Smoothing.divideColumns(row, channels, 0, factors);

        double[] after = Matrices.product(row, weight, 1);
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
}
