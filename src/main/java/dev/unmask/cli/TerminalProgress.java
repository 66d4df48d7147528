package dev.unmask.cli;

import dev.unmask.progress.Progress;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on the terminal; does nothing without one. */
final class TerminalProgress implements Progress, AutoCloseable {
    private String task;
    private long total;
    private Unit unit;
    private boolean shown;
    private ProgressBar bar;

    @Override
    public void begin(String name, long amount, Unit counted) {
        close();
        task = name;
        total = amount;
        unit = counted;
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
                .setUnit(label(unit), unit == Unit.BYTES ? 1 << 20 : 1)
                .setStyle(
                        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")
                                ? ProgressBarStyle.ASCII
                                : ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .showSpeed()
                .setUpdateIntervalMillis(100)
                .build();
    }

    private static String label(Unit unit) {
        return switch (unit) {
            case BYTES -> " MiB";
            case POSITIONS -> " positions";
            case RUNS -> " runs";
        };
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
