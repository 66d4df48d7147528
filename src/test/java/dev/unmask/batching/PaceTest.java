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

    /** The process was stopped, or its machine moved, during one batch. */
    @Test
    void aBatchThatStalledIsNotTheNewPace() {
        for (int i = 0; i < 20; i++) {
            pace.ran(512, 512 * MILLISECOND, true);
        }
        pace.ran(512, 600_000 * MILLISECOND, true);

        assertThat(pace.nanoseconds(512)).isLessThan(900.0 * MILLISECOND);
    }

    /** Lists come that the slow machine couldn't answer in time; that it is faster again is found out by asking it. */
    @Test
    void afterABadTimeAnIdleEngineIsJudgedByItsBest() {
        for (int i = 0; i < 20; i++) {
            pace.ran(512, 512 * MILLISECOND, true);
        }
        for (int i = 0; i < 10; i++) {
            pace.ran(512, 10_000 * MILLISECOND, true);
        }

        assertThat(pace.atBest(512)).isLessThan(700.0 * MILLISECOND);
        assertThat(pace.nanoseconds(512)).isGreaterThan(3_000.0 * MILLISECOND);
        for (int i = 0; i < 300; i++) {
            pace.ran(512, 10_000 * MILLISECOND, true);
        }
        assertThat(pace.atBest(512)).as("what stays is believed").isGreaterThan(9_000.0 * MILLISECOND);
    }

    /** Small batches show it too where there are no others. */
    @Test
    void aSmallBatchThatIsFasterThanExpectedCounts() {
        for (int i = 0; i < 20; i++) {
            pace.ran(512, 5_000 * MILLISECOND, true);
        }
        for (int i = 0; i < 2_000; i++) {
            pace.ran(10, 12 * MILLISECOND, false);
        }

        assertThat(pace.nanoseconds(512)).isLessThan(1_500.0 * MILLISECOND);
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
