package dev.unmask.batching;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/**
 * The threads on which requests are read, tokenized and put into words: few, since each may need memory of its own, and in
 * two lanes, so that long work doesn't hold up short work. Within a lane, requests take turns.
 */
public final class Lanes implements AutoCloseable {
    /** Longer than nearly every report. */
    private static final long LONG = 8_192;

    /** How much a request may do in one turn. */
    private static final long TURN = 4_096;

    private final ExecutorService shortWork;
    private final ExecutorService longWork;
    private final Stages stages;

    /** @param threads of the lane for short work; the other has half as many, but at least one */
    public Lanes(int threads) {
        this(threads, Stages.UNTOLD);
    }

    /** @param stages receives the time of each tokenized text */
    public Lanes(int threads, Stages stages) {
        this.stages = stages;
        this.shortWork = Executors.newFixedThreadPool(threads, named("unmask-short-"));
        this.longWork = Executors.newFixedThreadPool(Math.max(1, threads / 2), named("unmask-long-"));
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * The lane for work of a size.
     *
     * @param size in characters, or in bytes
     */
    public Executor of(long size) {
        ExecutorService lane = size > LONG ? longWork : shortWork;
        return work -> {
            try {
                lane.execute(work);
            } catch (RejectedExecutionException closed) {
                throw Fault.notReady("The service is stopping; send the request to another instance.", closed);
            }
        };
    }

    /**
     * Does the pieces of one request's work, one after the other, letting other requests take turns in between.
     *
     * @param count how many pieces there are
     * @param size of each, as in {@link #of}
     * @param work what is done with each; may throw
     * @return the results, in order, or the first failure
     */
    public <T> CompletableFuture<List<T>> each(int count, IntToLongFunction size, IntFunction<T> work) {
        CompletableFuture<List<T>> all = new CompletableFuture<>();
        turn(count, size, work, new ArrayList<>(count), all);
        return all;
    }

    /**
     * Does the same for each text of a request, until its deadline.
     *
     * @param texts in any number
     * @param most how many there may be
     * @param deadline checked before each text
     * @param work what is done with each; may throw
     * @return the results, in order; or a {@link Fault} of kind BAD_REQUEST when there are too many, or the first failure,
     *     which says of which text it is where there are several
     */
    public <T> CompletableFuture<List<T>> eachText(
            List<String> texts, int most, Deadline deadline, Function<String, T> work) {
        if (texts.size() > most) {
            return CompletableFuture.failedFuture(Fault.badRequest(
                    Part.TEXTS, "There are %d texts; at most %d are allowed.".formatted(texts.size(), most)));
        }
        return each(texts.size(), text -> texts.get(text).length(), text -> {
            deadline.check();
            long begun = System.nanoTime();
            try {
                T done = work.apply(texts.get(text));
                stages.tokenized(System.nanoTime() - begun);
                return done;
            } catch (Fault refused) {
                throw texts.size() == 1 ? refused : refused.of(text);
            }
        });
    }

    private <T> void turn(
            int count, IntToLongFunction size, IntFunction<T> work, List<T> results, CompletableFuture<List<T>> all) {
        if (results.size() == count) {
            all.complete(results);
            return;
        }
        try {
            of(size.applyAsLong(results.size())).execute(() -> {
                try {
                    long done = 0;
                    while (results.size() < count && (done == 0 || done + size.applyAsLong(results.size()) <= TURN)) {
                        int next = results.size();
                        results.add(work.apply(next));
                        done += Math.max(1, size.applyAsLong(next));
                    }
                } catch (Throwable failure) {
                    all.completeExceptionally(failure);
                    return;
                }
                turn(count, size, work, results, all);
            });
        } catch (Fault closed) {
            all.completeExceptionally(closed);
        }
    }

    /** Finishes the work in progress; later work is refused. */
    @Override
    public void close() {
        shortWork.shutdown();
        longWork.shutdown();
        try {
            if (!shortWork.awaitTermination(10, TimeUnit.SECONDS) || !longWork.awaitTermination(10, TimeUnit.SECONDS)) {
                shortWork.shutdownNow();
                longWork.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            shortWork.shutdownNow();
            longWork.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
