package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits as probabilities and ranks. */
class DistributionTest {
    @Test
    void probabilitiesAreTheSoftmax() {
        Distribution distribution = new Distribution(new float[] {0, (float) Math.log(2), 0});

        assertThat(Math.exp(distribution.logProbability(0))).isCloseTo(0.25, within(1e-7));
        assertThat(Math.exp(distribution.logProbability(1))).isCloseTo(0.5, within(1e-7));
        assertThat(distribution.best()).isEqualTo(1);
    }

    @Test
    void equalLogitsAreRankedByAscendingId() {
        Distribution distribution = new Distribution(new float[] {1, 5, 1, 5, 7});

        assertThat(IntStream.range(0, 5).map(distribution::rank)).containsExactly(4, 2, 5, 3, 1);
        assertThat(new Distribution(new float[] {3, 3}).best()).isZero();
    }

    @Test
    void logitsFarApartNeitherOverflowNorVanish() {
        Distribution distribution = new Distribution(new float[] {3e38f, -3e38f});

        assertThat(distribution.logProbability(0)).isZero();
        assertThat(distribution.logProbability(1)).isFinite().isLessThan(-5e38);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void logitsThatAreNotFiniteAreRefused(float logit) {
        assertThatThrownBy(() -> new Distribution(new float[] {1, logit})).hasMessageContaining("not finite");
    }

    @Property
    void probabilitiesSumToOneAndRanksAreThoseOfASort(
            @ForAll @Size(min = 1, max = 40) List<@FloatRange(min = -30, max = 30) Float> values) {
        float[] logits = new float[values.size()];
        for (int id = 0; id < logits.length; id++) {
            // A negative zero equals zero, but sorts below it.
            logits[id] = values.get(id) + 0f;
        }
        Distribution distribution = new Distribution(logits);

        assertThat(IntStream.range(0, logits.length)
                        .mapToDouble(id -> Math.exp(distribution.logProbability(id)))
                        .sum())
                .isCloseTo(1, within(1e-12));
        List<Integer> sorted = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> 0f - logits[id]))
                .toList();
        assertThat(distribution.best()).isEqualTo(sorted.get(0));
        assertThat(sorted.stream().map(distribution::rank))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, logits.length).boxed().toList());
    }
}
