package dev.unmask.batching;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A second thread that processes one batch's results while the next batch runs. It is never more than one batch behind, so
 * two buffers for rows are enough.
 */
final class Aside {
    private final ExecutorService thread;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    Aside(String name) {
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            return made;
        });
    }

    /** Waits until all earlier work is done, then runs this work on the second thread. The work must not throw. */
    void begin(Runnable work) {
        last.join();
        last = CompletableFuture.runAsync(work, thread);
    }

    /** Waits for all work that was started. */
    void join() {
        last.join();
    }

    /** Ends the second thread once the started work is done. */
    void close() {
        thread.shutdown();
        last.join();
    }
}
