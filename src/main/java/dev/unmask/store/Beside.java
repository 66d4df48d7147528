package dev.unmask.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Work on a thread of its own, while the caller does something else.
 *
 * @param <T> what comes of it
 */
public final class Beside<T> {
    private final CompletableFuture<T> done;

    private Beside(CompletableFuture<T> done) {
        this.done = done;
    }

    /**
     * Begins.
     *
     * @param thread what the thread is called
     */
    public static <T> Beside<T> begin(String thread, Supplier<T> work) {
        return new Beside<>(CompletableFuture.supplyAsync(work, task -> {
            Thread worker = new Thread(task, thread);
            worker.setDaemon(true);
            worker.start();
        }));
    }

    /** Waits for what comes of it; what the work threw is thrown here. */
    public T join() {
        try {
            return done.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed;
        }
    }
}
