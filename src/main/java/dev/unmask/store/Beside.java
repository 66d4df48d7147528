package dev.unmask.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Work on its own thread, while the caller does something else.
 *
 * @param <T> the type of its result
 */
public final class Beside<T> {
    private final CompletableFuture<T> done;

    private Beside(CompletableFuture<T> done) {
        this.done = done;
    }

    /**
     * Starts the work.
     *
     * @param thread the thread's name
     */
    public static <T> Beside<T> begin(String thread, Supplier<T> work) {
        return new Beside<>(CompletableFuture.supplyAsync(work, task -> {
            Thread worker = new Thread(task, thread);
            worker.setDaemon(true);
            worker.start();
        }));
    }

    /** Waits for the result; throws what the work threw. */
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
