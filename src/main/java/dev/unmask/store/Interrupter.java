package dev.unmask.store;

import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the thread that made it when the process is told to end, and holds the end up for a few seconds, so that
 * the thread can tidy up.
 */
public final class Interrupter implements AutoCloseable {
    private final Thread maker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "unmask-import-interrupter");

    /** Begins to watch for the end of the process, on behalf of the thread that calls this. */
    public Interrupter() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interrupt() {
        maker.interrupt();
        try {
            if (!closed.await(5, TimeUnit.SECONDS)) {
                System.getLogger(Interrupter.class.getName())
                        .log(Level.WARNING, "An import did not stop in time; the next one removes its files.");
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread is done, and is interrupted no more. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException itIsRunning) {
            // It has been let go above.
        }
    }
}
