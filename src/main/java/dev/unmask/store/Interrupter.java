package dev.unmask.store;

import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the thread that created it when the process ends, and delays the end for a few seconds, so that the thread can
 * clean up.
 */
public final class Interrupter implements AutoCloseable {
    private final Thread maker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "unmask-import-interrupter");

    /** Starts watching for the end of the process, on behalf of the calling thread. */
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

    /** The thread is done, and must not be interrupted any more. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException itIsRunning) {
            // It was released above.
        }
    }
}
