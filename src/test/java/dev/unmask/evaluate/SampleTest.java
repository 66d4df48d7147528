package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Drawing positions. */
class SampleTest {
    @Property
    void aSampleIsSeededAscendingWithoutReplacementAndInRange(
            @ForAll @IntRange(min = 1, max = 500) int total,
            @ForAll @IntRange(min = 1, max = 600) int size,
            @ForAll long seed) {
        int[] sample = Sample.of(total, size, seed);

        assertThat(sample).hasSize(Math.min(size, total)).isSorted().doesNotHaveDuplicates();
        assertThat(sample[0]).isNotNegative();
        assertThat(sample[sample.length - 1]).isLessThan(total);
        assertThat(Sample.of(total, size, seed)).isEqualTo(sample);
    }

    @Test
    void otherSeedsDrawOtherPositions() {
        assertThat(Sample.of(1000, 50, 1)).isNotEqualTo(Sample.of(1000, 50, 2));
    }

    @Test
    void aSampleOfAllIsAll() {
        assertThat(Sample.of(7, Integer.MAX_VALUE, 3))
                .isEqualTo(IntStream.range(0, 7).toArray());
    }

    @Test
    void everyPositionIsAsLikely() {
        int[] drawn = new int[10];
        for (int seed = 0; seed < 10_000; seed++) {
            Arrays.stream(Sample.of(10, 3, seed)).forEach(position -> drawn[position]++);
        }
        // 3,000 each; the standard deviation of a binomial count is 46.
        assertThat(Arrays.stream(drawn).boxed())
                .allSatisfy(times -> assertThat(times).isBetween(2800, 3200));
    }
}
