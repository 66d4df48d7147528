package dev.unmask.serving;

import java.util.concurrent.CompletableFuture;

/** Counts the users of something that is closed once nobody uses it any more. */
final class Uses {
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private int users;
    private boolean ending;

    /** Starts a use; false if it is about to be closed. */
    synchronized boolean begin() {
        if (ending) {
            return false;
        }
        users++;
        return true;
    }

    /** Ends a use. */
    synchronized void end() {
        users--;
        complete();
    }

    /** Admits no new uses; completes when all have ended. */
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
