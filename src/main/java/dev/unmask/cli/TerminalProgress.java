package dev.unmask.cli;

import dev.unmask.store.ImportProgress;
import java.io.Console;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on the terminal, and nothing where there is none. */
final class TerminalProgress implements ImportProgress, AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;

    private final String task;
    private final String unit;
    private final long unitSize;
    private ProgressBar bar;

    TerminalProgress(String task) {
        this(task, " MiB", MEBIBYTE);
    }

    /**
     * @param task what is shown in front of the bar
     * @param unit what is shown behind the numbers, with a leading space
     * @param unitSize how many of what is counted are one unit
     */
    TerminalProgress(String task, String unit, long unitSize) {
        this.task = task;
        this.unit = unit;
        this.unitSize = unitSize;
    }

    @Override
    public void begin(long bytes) {
        if (!onTerminal()) {
            return;
        }
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(bytes)
                .setUnit(unit, unitSize)
                .setStyle(
                        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")
                                ? ProgressBarStyle.ASCII
                                : ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .showSpeed()
                .setUpdateIntervalMillis(100)
                .build();
    }

    /** Up to Java 21 there is a console only on a terminal; later there always is one, and it knows. */
    private static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException upToJava21) {
            return true;
        } catch (ReflectiveOperationException unexpected) {
            throw new IllegalStateException(unexpected);
        }
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
