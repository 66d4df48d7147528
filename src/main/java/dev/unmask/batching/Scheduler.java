package dev.unmask.batching;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs the texts of requests on an engine, all of a request or none of it. */
public interface Scheduler extends AutoCloseable {

    /**
     * Queues the texts of one request.
     *
     * @param texts at least one
     * @param deadline when the answer becomes useless
     * @param reader called once for each mask, or for each text without masks, in any order of texts, before the future
     *     completes
     * @return completes after the last row was read; fails with a {@link dev.unmask.fault.Fault} of kind TOO_LATE after
     *     the deadline, or with what the engine or the reader threw
     * @throws dev.unmask.fault.Fault of kind OVERLOADED when the queue has no room for all of the texts, NOT_READY when
     *     the scheduler is closed
     */
    CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader);

    /** Whether submitted work can still be done. */
    boolean alive();

    /** Accepts no more work, finishes what was accepted, and returns when that is done. */
    @Override
    void close();
}
