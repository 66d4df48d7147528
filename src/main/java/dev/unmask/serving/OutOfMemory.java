package dev.unmask.serving;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Ends the process when memory has run out. After an {@link OutOfMemoryError} any thread may have stopped halfway,
 * including event loops: the process may then neither answer nor stop. {@code -XX:+ExitOnOutOfMemoryError} does the same
 * earlier, for errors that the JVM throws itself; this works without that flag and for other errors too.
 */
public final class OutOfMemory {
    /** The JVM's exit code with its own flag. */
    static final int EXIT_CODE = 3;

    /** Kept here, since an unreferenced logger loses its handlers. */
    private static final Logger ROOT = Logger.getLogger("");

    private static volatile boolean guarded;

    private OutOfMemory() {}

    /** From now on, an error that ends a thread or is logged anywhere ends the process. */
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
     * Ends the process if a failure or one of its causes is a lack of memory. Does nothing in a process that isn't guarded.
     */
    public static void endProcessIf(Throwable failure) {
        if (guarded && isWantOfMemory(failure)) {
            System.err.println("The memory has run out, so the process ends. Provide more (-Xmx, or the container's"
                    + " memory), or lower the limits of requests.");
            // Without an orderly shutdown, which needs memory itself.
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
