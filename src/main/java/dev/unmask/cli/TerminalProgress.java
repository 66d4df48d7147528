package dev.unmask.cli;

import dev.unmask.progress.ByteProgress;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on the terminal; does nothing without one. */
final class TerminalProgress implements ByteProgress, AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;

    private final String unit;
    private final long unitSize;
    private String task;
    private long total;
    private boolean shown;
    private ProgressBar bar;

    TerminalProgress(String task) {
        this(task, " MiB", MEBIBYTE);
    }

    /**
     * @param task the label before the bar
     * @param unit the unit after the numbers, with a leading space
     * @param unitSize how much of what is counted makes one unit
     */
    TerminalProgress(String task, String unit, long unitSize) {
        this.task = task;
        this.unit = unit;
        this.unitSize = unitSize;
    }

    @Override
    public void task(String name) {
        task = name;
    }

    @Override
    public void begin(long bytes) {
        close();
        total = bytes;
        shown = Terminal.present();
    }

    /** The bar appears with the first bytes, so that those of an earlier attempt don't count towards the speed. */
    private void step(long bytes, long already) {
        if (!shown) {
            return;
        }
        if (bar == null) {
            bar = open(already);
        } else {
            bar.stepBy(already);
        }
        bar.stepBy(bytes);
    }

    private ProgressBar open(long already) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .startsFrom(already, Duration.ZERO)
                .setUnit(unit, unitSize)
                .setStyle(
                        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")
                                ? ProgressBarStyle.ASCII
                                : ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .showSpeed()
                .setUpdateIntervalMillis(100)
                .build();
    }

    @Override
    public void advance(long bytes) {
        step(bytes, 0);
    }

    @Override
    public void resume(long bytes) {
        step(0, bytes);
    }

    @Override
    public void end() {
        close();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
