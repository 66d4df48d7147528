package dev.unmask.serving;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Ends the process when memory has run out. After an {@link OutOfMemoryError} any thread may have stopped half-way, event
 * loops among them: a process that goes on may neither answer nor stop. {@code -XX:+ExitOnOutOfMemoryError} does the same
 * sooner, for the errors that the virtual machine throws itself; this works without that flag and for the others too.
 */
public final class OutOfMemory {
    /** What the virtual machine exits with under its own flag. */
    static final int EXIT_CODE = 3;

    /** Kept here, since a logger that nobody holds forgets its handlers. */
    private static final Logger ROOT = Logger.getLogger("");

    private static volatile boolean guarded;

    private OutOfMemory() {}

    /** From now on an error that ends a thread or is logged, by whomever, ends the process. */
    public static void guard() {
        guarded = true;
        Thread.UncaughtExceptionHandler otherwise = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endProcessIf(failure);
            if (otherwise != null) {
                otherwise.uncaughtException(thread, failure);
            } else {
                failure.printStackTrace();
            }
        });
        ROOT.addHandler(new Watch());
    }

    /**
     * Ends the process if a failure is for want of memory, or has such a one among its causes. Does nothing in a process
     * that isn't guarded.
     */
    public static void endProcessIf(Throwable failure) {
        if (guarded && isWantOfMemory(failure)) {
            System.err.println("The memory has run out, so the process ends. Give it more (-Xmx, or the container's"
                    + " memory), or lower the limits of requests.");
            // Without the orderly stop, which needs memory itself.
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    static boolean isWantOfMemory(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 32; depth++) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Sees the errors that libraries catch and log, such as those on Netty's event loops. */
    private static final class Watch extends Handler {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getThrown() != null) {
                endProcessIf(entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
