package dev.unmask.cli;

import dev.unmask.store.ImportProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on the terminal; where standard error is none, it stays silent but for the result. */
final class TerminalProgress implements ImportProgress, AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;

    private final String task;
    private ProgressBar bar;

    TerminalProgress(String task) {
        this.task = task;
    }

    @Override
    public void begin(long bytes) {
        if (System.console() == null) {
            return;
        }
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(bytes)
                .setUnit(" MiB", MEBIBYTE)
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
        if (bar != null) {
            bar.stepBy(bytes);
        }
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
