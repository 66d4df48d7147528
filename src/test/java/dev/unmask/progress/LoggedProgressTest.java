package dev.unmask.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is logged of long work. */
class LoggedProgressTest {
    @Test
    void progressIsReportedWithRateAndRemainingTime() {
        LoggedProgress progress = new LoggedProgress();
        progress.begin("Downloading toy", 400L << 20, Progress.Unit.BYTES);
        progress.resume(100L << 20);
        progress.advance(100L << 20);

        assertThat(progress.sentence(Duration.ofSeconds(10)))
                .isEqualTo("Downloading toy: 50 % of 400 MiB, 10.0 MiB/s, about 20 s to go.");
    }
}
