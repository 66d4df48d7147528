package dev.unmask.batching;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A second thread for what is to be done with one batch while the next one runs. It is never more than one batch behind,
 * so that two buffers for rows are enough.
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

    /** Does work on the second thread once all earlier work is done, which the caller waits for. It must not fail. */
    void begin(Runnable work) {
        last.join();
        last = CompletableFuture.runAsync(work, thread);
    }

    /** Waits for all work that was begun. */
    void join() {
        last.join();
    }

    /** Ends the second thread after the work that was begun. */
    void close() {
        thread.shutdown();
        last.join();
    }
}
