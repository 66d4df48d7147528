package dev.unmask.batching;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * One thread that runs the texts of all requests in the batches that {@link TextQueue} forms. An idle engine starts at
 * once: no text waits for a batch to fill. While more texts wait, one batch's rows are processed as the next batch runs.
 * All state is guarded by this object's monitor.
 */
public final class Dispatcher implements Scheduler {
    private final BatchRunner runner;
    private final LongSupplier clock;
    private final Stages stages;
    private final Thread thread;
    private final Batches batches;
    private final Backlog backlog;
    private boolean closing;

    /**
     * Starts the dispatching thread.
     *
     * @param runner computes the rows of requests that are submitted here; {@link #sharing} is for other outputs
     * @param limits of a batch and of the queue
     */
    public Dispatcher(BatchRunner runner, BatchLimits limits) {
        this(runner, limits, TextCost.TOKENS, Stages.UNTOLD);
    }

    /**
     * @param costs what texts cost, from which the time that they take is estimated
     * @param stages receives the times of waits, batches and rows
     */
    public Dispatcher(BatchRunner runner, BatchLimits limits, TextCost costs, Stages stages) {
        this(runner, limits, costs, stages, System::nanoTime);
    }

    /** @param clock the clock for deadlines, in nanoseconds */
    Dispatcher(BatchRunner runner, BatchLimits limits, TextCost costs, Stages stages, LongSupplier clock) {
        this.stages = stages;
        this.runner = runner;
        this.clock = clock;
        this.batches = new Batches(limits, stages, clock, this::moreWaits, this::end);
        this.backlog = new Backlog(limits, costs);
        this.thread = new Thread(this::dispatch, "unmask-dispatcher");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * A scheduler of another output of the same model: its texts wait in the same queue, run on the same thread and
     * count towards the same limits. Closing either closes both.
     */
    public Scheduler sharing(BatchRunner other) {
        return new Scheduler() {
            @Override
            public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader) {
                return Dispatcher.this.submit(other, texts, deadline, reader);
            }

            @Override
            public void expect(List<String> texts, int longest, Deadline deadline) {
                Dispatcher.this.expect(texts, longest, deadline);
            }

            @Override
            public void tokenized(long characters, long tokens) {
                Dispatcher.this.tokenized(characters, tokens);
            }

            @Override
            public boolean alive() {
                return Dispatcher.this.alive();
            }

            @Override
            public void close() {
                Dispatcher.this.close();
            }
        };
    }

    @Override
    public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader) {
        return submit(runner, texts, deadline, reader);
    }

    private CompletableFuture<Void> submit(
            BatchRunner chosen, List<MaskedText> texts, Deadline deadline, RowReader reader) {
        TextRequest request = new TextRequest(chosen, texts, deadline, reader, backlog.costs(), clock.getAsLong());
        synchronized (this) {
            if (closing) {
                throw Fault.notReady("The service is stopping; send the request to another instance.");
            }
            backlog.offer(request, clock.getAsLong());
            notifyAll();
        }
        return request.done();
    }

    @Override
    public void expect(List<String> texts, int longest, Deadline deadline) {
        synchronized (this) {
            double tokens = texts.stream()
                    .mapToDouble(text -> Math.min(longest, backlog.tokens(text.length())))
                    .sum();
            backlog.expect(texts.size(), tokens, deadline, clock.getAsLong());
        }
    }

    @Override
    public synchronized void tokenized(long characters, long tokens) {
        backlog.tokenized(characters, tokens);
    }

    /**
     * Learns from a batch that ran before there were requests.
     *
     * @param texts how many texts it had
     * @param text one of them, all being equal
     * @param took how long it took
     */
    public synchronized void ran(int texts, MaskedText text, Duration took) {
        backlog.pace().first(texts * backlog.costs().of(text), took.toNanos());
    }

    /** About how many tokens of short texts the model computes in a time; infinitely many before any batch ran. */
    public synchronized double tokensWithin(Duration time) {
        return backlog.pace().within(time.toNanos());
    }

    /** About how long a text takes alone; zero before any batch ran. */
    public synchronized Duration alone(MaskedText text) {
        return Duration.ofNanos(
                (long) backlog.pace().nanoseconds(backlog.costs().of(text)));
    }

    /** Whether one batch has been running for longer than {@code limit}, which means that the model hangs. */
    public boolean hangs(Duration limit) {
        return batches.hang(limit);
    }

    /** Tokens of the requests that wait or run. */
    public synchronized long queuedTokens() {
        return backlog.tokens();
    }

    /** Requests with texts that wait. */
    public synchronized int queuedRequests() {
        return backlog.requests();
    }

    @Override
    public boolean alive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch() {
        while (awaitWork()) {
            unwanted().forEach(this::giveUp);
            List<QueuedText> batch = next();
            if (!batch.isEmpty()) {
                begin(batch);
                batches.run(batch);
                ran();
            }
        }
        batches.close();
    }

    /** Waits for texts; false when there are none and none will come. */
    private synchronized boolean awaitWork() {
        while (backlog.isEmpty() && !closing) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Only close() ends this thread, through the flag.
                Thread.interrupted();
            }
        }
        return !backlog.isEmpty();
    }

    private synchronized List<TextRequest> unwanted() {
        return backlog.unwanted(clock.getAsLong());
    }

    private synchronized List<QueuedText> next() {
        return backlog.next(clock.getAsLong());
    }

    private synchronized boolean moreWaits() {
        return !backlog.isEmpty();
    }

    private synchronized void ran() {
        backlog.ran(clock.getAsLong());
    }

    /** Abandoned and late requests cost nothing more. */
    private void giveUp(TextRequest request) {
        end(request, request.done().isDone() ? null : request.deadline().tooLate());
    }

    private void begin(List<QueuedText> batch) {
        long now = clock.getAsLong();
        batch.forEach(text -> stages.waited(now - text.request().queued()));
    }

    /** Frees a request's room before its caller learns of the end, since the caller may send the next request at once. */
    private void end(TextRequest request, Throwable failure) {
        synchronized (this) {
            if (!request.close()) {
                return;
            }
            backlog.remove(request);
        }
        if (failure == null) {
            request.done().complete(null);
        } else {
            request.done().completeExceptionally(failure);
        }
    }
}
