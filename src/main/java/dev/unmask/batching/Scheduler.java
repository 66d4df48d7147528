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
     * @throws dev.unmask.fault.Fault of kind OVERLOADED when the queue has no room for all of the texts, or they would come
     *     too late or make others late; TOO_MUCH_WORK when they take longer than the deadline's time even alone;
     *     NOT_READY when the scheduler is closed
     */
    CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader);

    /**
     * Refuses texts that would come too late behind those that wait, before they are tokenized.
     *
     * @param texts the texts
     * @param longest the most tokens of a text
     * @param deadline when the answer becomes useless
     * @throws dev.unmask.fault.Fault as {@link #submit} does
     */
    default void expect(List<String> texts, int longest, Deadline deadline) {}

    /** Learns how many characters a token has, for {@link #expect}, from texts that were not cut. */
    default void tokenized(long characters, long tokens) {}

    /** Whether submitted work can still be done. */
    boolean alive();

    /** Accepts no more work, finishes what was accepted, and returns when that is done. */
    @Override
    void close();
}
