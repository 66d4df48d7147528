package dev.unmask.progress;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Logs the progress of work on bytes, for unattended starts, at most every ten seconds. */
public final class LoggedProgress implements Progress {
    private static final Logger LOG = System.getLogger(LoggedProgress.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private String task;
    private long total;
    private long resumed;
    private long done;
    private long begun;
    private long logged;

    @Override
    public void begin(String name, long bytes, Unit unit) {
        task = name;
        total = bytes;
        resumed = 0;
        done = 0;
        begun = System.nanoTime();
        logged = begun;
    }

    @Override
    public void resume(long bytes) {
        resumed += bytes;
        done += bytes;
    }

    @Override
    public void advance(long bytes) {
        done += bytes;
        long now = System.nanoTime();
        if (total > 0 && now - logged >= INTERVAL.toNanos()) {
            logged = now;
            LOG.log(Level.INFO, sentence(Duration.ofNanos(now - begun)));
        }
    }

    /** Percentage, rate and remaining time. */
    String sentence(Duration elapsed) {
        double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
        double rate = Math.max(1, (done - resumed) / seconds);
        return "%s: %d %% of %,d MiB, %.1f MiB/s, about %d s to go."
                .formatted(task, 100 * done / Math.max(1, total), total >> 20, rate / (1 << 20), (long)
                        ((total - done) / rate));
    }

    @Override
    public void end() {}
}
