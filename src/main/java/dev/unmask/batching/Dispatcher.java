package dev.unmask.batching;

import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One thread that runs what is queued, request by request in the order of arrival, each in batches of like lengths. All
 * state is guarded by this object's monitor, except what the dispatching thread alone uses.
 */
public final class Dispatcher implements Scheduler {
    private final BatchRunner runner;
    private final BatchLimits limits;
    private final Thread thread;
    private float[] scratch = new float[0];

    private final Deque<Request> queue = new ArrayDeque<>();
    private long waitingTokens;
    private boolean closing;

    private record Request(
            BatchRunner runner,
            List<MaskedText> texts,
            long tokens,
            Deadline deadline,
            RowReader reader,
            CompletableFuture<Void> done) {}

    /**
     * Starts the dispatching thread.
     *
     * @param runner what gives the rows of requests that are submitted here; {@link #sharing} is for other outputs
     * @param limits of a batch and of the queue
     */
    public Dispatcher(BatchRunner runner, BatchLimits limits) {
        this.runner = runner;
        this.limits = limits;
        this.thread = new Thread(this::dispatch, "unmask-dispatcher");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * A scheduler of another output of the same model: its requests wait in the same queue, run on the same thread and
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
        long tokens = texts.stream().mapToLong(MaskedText::length).sum();
        Request request = new Request(chosen, texts, tokens, deadline, reader, new CompletableFuture<>());
        synchronized (this) {
            if (closing) {
                throw new Fault(Fault.Kind.NOT_READY, "The service is stopping; send the request to another instance.");
            }
            if (waitingTokens > 0 && waitingTokens + tokens > limits.queuedTokens()) {
                throw new Fault(
                        Fault.Kind.OVERLOADED,
                        "Too many requests are waiting (%d tokens of at most %d); try again later."
                                .formatted(waitingTokens, limits.queuedTokens()));
            }
            waitingTokens += tokens;
            queue.add(request);
            notifyAll();
        }
        return request.done();
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
        for (Request request = next(); request != null; request = next()) {
            Optional<Throwable> failure = attempt(request);
            // Before the caller hears of it, who may send the next request at once.
            release(request);
            if (failure.isPresent()) {
                request.done().completeExceptionally(failure.get());
            } else {
                request.done().complete(null);
            }
        }
    }

    /** A failure is its request's: that one hears of it, and the thread goes on with the next. */
    private Optional<Throwable> attempt(Request request) {
        try {
            run(request);
            return Optional.empty();
        } catch (Throwable failure) {
            return Optional.of(failure);
        }
    }

    private synchronized void release(Request request) {
        waitingTokens -= request.tokens();
    }

    /** Waits for a request; null when there is none and none will come. */
    private synchronized Request next() {
        while (queue.isEmpty() && !closing) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread, and it does so by the flag.
                Thread.interrupted();
            }
        }
        return queue.poll();
    }

    private void run(Request request) {
        List<MaskedText> texts = request.texts();
        int[] order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(
                        (Integer text) -> texts.get(text).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int from = 0; from < order.length; ) {
            request.deadline().check();
            int to = batchEnd(texts, order, from);
            runBatch(request, order, from, to);
            from = to;
        }
    }

    /** Where the batch that begins at {@code from} ends; texts are in ascending order of length. */
    private int batchEnd(List<MaskedText> texts, int[] order, int from) {
        int rows = texts.get(order[from]).rows();
        int to = from + 1;
        while (to < order.length) {
            MaskedText text = texts.get(order[to]);
            rows += text.rows();
            if (rows > limits.masks() || (long) (to + 1 - from) * text.length() > limits.area()) {
                break;
            }
            to++;
        }
        return to;
    }

    private float[] read(Rows rows, int row) {
        if (scratch.length != rows.width()) {
            scratch = new float[rows.width()];
        }
        rows.read(row, scratch);
        return scratch;
    }

    private void runBatch(Request request, int[] order, int from, int to) {
        int[][] ids = new int[to - from][];
        int[][] masks = new int[to - from][];
        for (int i = from; i < to; i++) {
            MaskedText text = request.texts().get(order[i]);
            ids[i - from] = text.ids();
            masks[i - from] = text.masks();
        }
        Rows rows = request.runner().run(ids, masks);
        int row = 0;
        for (int i = from; i < to; i++) {
            int own = request.texts().get(order[i]).rows();
            for (int mask = 0; mask < own; mask++) {
                request.reader().read(order[i], mask, read(rows, row++));
            }
        }
    }
}
