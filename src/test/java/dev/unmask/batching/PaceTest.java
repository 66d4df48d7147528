package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What is learned of the engine's speed. */
class PaceTest {
    private static final long MILLISECOND = 1_000_000;

    private final Pace pace = new Pace(512);

    @Test
    void beforeAnythingRanNothingTakesAnyTime() {
        assertThat(pace.nanoseconds(100)).isZero();
        assertThat(pace.within(1)).isInfinite();
    }

    @Test
    void theFirstBatchCountsForLessThanItTook() {
        pace.first(512, 512 * MILLISECOND);

        assertThat(pace.nanoseconds(5120)).isBetween(4000.0 * MILLISECOND, 5120.0 * MILLISECOND);
    }

    @Test
    void fullBatchesTellTheTimeOfMuchAndOthersThatOfLittle() {
        for (int i = 0; i < 50; i++) {
            pace.ran(512, 512 * MILLISECOND, true);
            pace.ran(10, 30 * MILLISECOND, false);
        }

        assertThat(pace.nanoseconds(5120)).isCloseTo(5120.0 * MILLISECOND, Percentage.withPercentage(1));
        assertThat(pace.nanoseconds(10)).isBetween(20.0 * MILLISECOND, 31.0 * MILLISECOND);
        assertThat(pace.within(1e9)).isCloseTo(1000, within(10.0));
    }

    @Test
    void aMachineThatBecomesSlowerIsNoticedWithinSeconds() {
        pace.first(512, 512 * MILLISECOND);
        for (int i = 0; i < 10; i++) {
            pace.ran(512, 1024 * MILLISECOND, true);
        }

        assertThat(pace.nanoseconds(512)).isCloseTo(1024.0 * MILLISECOND, Percentage.withPercentage(5));
    }
}
