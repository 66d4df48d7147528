package dev.unmask.batching;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Row;
import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * One thread that runs the texts of all requests in the batches that {@link TextQueue} forms. An idle engine starts at
 * once: no text waits for a batch to fill. While more texts wait, one batch's rows are processed as the next batch runs.
 * All state is guarded by this object's monitor.
 */
public final class Dispatcher implements Scheduler {
    private final BatchRunner runner;
    private final BatchLimits limits;
    private final LongSupplier clock;
    private final Stages stages;
    private final Thread thread;
    private final Aside aside = new Aside("unmask-rows");

    private final TextQueue queue;
    private final DrainRate rate = new DrainRate();
    private boolean closing;

    /** When the batch in progress began, on the clock; null when none is running. */
    private volatile Long begun;

    /**
     * Starts the dispatching thread.
     *
     * @param runner computes the rows of requests that are submitted here; {@link #sharing} is for other outputs
     * @param limits of a batch and of the queue
     */
    public Dispatcher(BatchRunner runner, BatchLimits limits) {
        this(runner, limits, Stages.UNTOLD);
    }

    /** @param stages receives the times of waits, batches and rows */
    public Dispatcher(BatchRunner runner, BatchLimits limits, Stages stages) {
        this(runner, limits, stages, System::nanoTime);
    }

    /** @param clock the clock for deadlines, in nanoseconds */
    Dispatcher(BatchRunner runner, BatchLimits limits, Stages stages, LongSupplier clock) {
        this.stages = stages;
        this.runner = runner;
        this.limits = limits;
        this.clock = clock;
        this.queue = new TextQueue(limits);
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
        TextRequest request = new TextRequest(chosen, texts, deadline, reader, clock.getAsLong());
        synchronized (this) {
            if (closing) {
                throw Fault.notReady("The service is stopping; send the request to another instance.");
            }
            if (!queue.offer(request)) {
                throw Fault.overloaded(
                        "Too many requests are waiting (%d tokens of at most %d); try again later."
                                .formatted(queue.tokens(), limits.queuedTokens()),
                        rate.seconds(queue.tokens()));
            }
            notifyAll();
        }
        return request.done();
    }

    /** Whether one batch has been running for longer than {@code limit}, which means that the model hangs. */
    public boolean hangs(Duration limit) {
        Long since = begun;
        return since != null && clock.getAsLong() - since > limit.toNanos();
    }

    /** Tokens of the requests that wait or run. */
    public synchronized long queuedTokens() {
        return queue.tokens();
    }

    /** Requests with texts that wait. */
    public synchronized int queuedRequests() {
        return queue.requests();
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
            }
        }
        aside.close();
    }

    /** Waits for texts; false when there are none and none will come. */
    private synchronized boolean awaitWork() {
        while (queue.isEmpty() && !closing) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Only close() ends this thread, through the flag.
                Thread.interrupted();
            }
        }
        return !queue.isEmpty();
    }

    private synchronized List<TextRequest> unwanted() {
        return queue.unwanted(clock.getAsLong());
    }

    private synchronized List<QueuedText> next() {
        return queue.next();
    }

    /** Abandoned and late requests cost nothing more. */
    private void giveUp(TextRequest request) {
        end(request, request.done().isDone() ? null : request.deadline().tooLate());
    }

    private void begin(List<QueuedText> batch) {
        long now = clock.getAsLong();
        batch.forEach(text -> stages.waited(now - text.request().queued()));
        run(batch);
    }

    private void run(List<QueuedText> batch) {
        MaskedText first = batch.get(0).text();
        if (batch.size() == 1 && first.masks().length > limits.masks()) {
            runInParts(batch.get(0));
            return;
        }
        int[][] ids = batch.stream().map(text -> text.text().ids()).toArray(int[][]::new);
        int[][] masks = batch.stream().map(text -> text.text().masks()).toArray(int[][]::new);
        Choice[] choices = batch.stream().map(text -> text.text().choice()).toArray(Choice[]::new);
        List<Row> rows;
        try {
            rows = run(batch.get(0).request().runner(), ids, masks, choices);
        } catch (Throwable failure) {
            failed(batch, failure);
            return;
        }
        handOn(() -> {
            int row = 0;
            for (QueuedText text : batch) {
                int own = text.text().rows();
                read(text, rows, row, 0, own);
                finish(text);
                row += own;
            }
        });
    }

    /** In parallel with the next batch if there is one; otherwise right here, which saves a thread switch. */
    private void handOn(Runnable work) {
        boolean more;
        synchronized (this) {
            more = !queue.isEmpty();
        }
        if (more) {
            aside.begin(work);
        } else {
            aside.join();
            work.run();
        }
    }

    /** A failed batch of several requests is retried request by request, so that only the culprit fails. */
    private void failed(List<QueuedText> batch, Throwable failure) {
        Map<TextRequest, List<QueuedText>> byRequest = batch.stream()
                .collect(Collectors.groupingBy(QueuedText::request, LinkedHashMap::new, Collectors.toList()));
        if (byRequest.size() == 1) {
            end(batch.get(0).request(), failure);
        } else {
            byRequest.values().forEach(this::run);
        }
    }

    private List<Row> run(BatchRunner runner, int[][] ids, int[][] masks, Choice[] choices) {
        long started = clock.getAsLong();
        begun = started;
        List<Row> rows;
        try {
            rows = runner.run(ids, masks, choices);
        } finally {
            begun = null;
        }
        long tokens = Arrays.stream(ids).mapToLong(text -> text.length).sum();
        long took = clock.getAsLong() - started;
        stages.ran(ids.length, tokens, took);
        synchronized (this) {
            rate.add(tokens, took);
        }
        return rows;
    }

    /** A text with more masks than a batch may have is run several times, each time for some of its masks. */
    private void runInParts(QueuedText text) {
        int[][] ids = {text.text().ids()};
        int[] masks = text.text().masks();
        Choice[] choices = {text.text().choice()};
        for (int from = 0; from < masks.length && !text.request().closed(); from += limits.masks()) {
            int to = Math.min(masks.length, from + limits.masks());
            int first = from;
            try {
                List<Row> rows =
                        run(text.request().runner(), ids, new int[][] {Arrays.copyOfRange(masks, from, to)}, choices);
                handOn(() -> read(text, rows, 0, first, to - first));
            } catch (Throwable failure) {
                end(text.request(), failure);
            }
        }
        handOn(() -> finish(text));
    }

    /** Passes rows to their readers; a reader that fails affects only its own request. */
    private void read(QueuedText text, List<Row> rows, int row, int mask, int count) {
        TextRequest request = text.request();
        for (int i = 0; i < count && !request.closed(); i++) {
            long begun = System.nanoTime();
            try {
                Row read = rows.get(row + i);
                request.reader().read(text.index(), mask + i, read.values(), read.tokens());
                stages.ranked(System.nanoTime() - begun);
            } catch (Throwable unread) {
                end(request, unread);
            }
        }
    }

    private void finish(QueuedText text) {
        if (!text.request().closed() && text.request().finish()) {
            end(text.request(), null);
        }
    }

    /** Frees a request's room before its caller learns of the end, since the caller may send the next request at once. */
    private void end(TextRequest request, Throwable failure) {
        synchronized (this) {
            if (!request.close()) {
                return;
            }
            queue.remove(request);
        }
        if (failure == null) {
            request.done().complete(null);
        } else {
            request.done().completeExceptionally(failure);
        }
    }
}
