package dev.unmask.serving;

import java.util.concurrent.CompletableFuture;

/** Counts who uses something that is to be closed as soon as nobody does. */
final class Uses {
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private int users;
    private boolean ending;

    /** Begins to use it, unless it is about to be closed; then nothing has begun. */
    synchronized boolean begin() {
        if (ending) {
            return false;
        }
        users++;
        return true;
    }

    /** One of those who began has ended. */
    synchronized void end() {
        users--;
        complete();
    }

    /** Lets nobody begin any more; done when all have ended. */
    synchronized CompletableFuture<Void> last() {
        ending = true;
        complete();
        return over;
    }

    private void complete() {
        if (ending && users == 0) {
            over.complete(null);
        }
    }
}
