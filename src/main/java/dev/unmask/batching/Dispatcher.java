package dev.unmask.batching;

import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One thread that runs what is queued, each request in batches of like lengths. Batches of the oldest request and of the
 * one with the least left to do take turns, so that a short request waits for few batches and a long one gets on. All
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

    /** Whose turn is next: the oldest request's, or that of the one with the least left to do. */
    private boolean oldestsTurn;

    private static final class Request {
        private final BatchRunner runner;
        private final List<MaskedText> texts;
        private final long tokens;
        private final Deadline deadline;
        private final RowReader reader;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        /** The texts by ascending length, and how many of them are done. */
        private final int[] order;

        private int from;
        private long tokensLeft;

        Request(BatchRunner runner, List<MaskedText> texts, Deadline deadline, RowReader reader) {
            this.runner = runner;
            this.texts = texts;
            this.deadline = deadline;
            this.reader = reader;
            this.order = IntStream.range(0, texts.size())
                    .boxed()
                    .sorted(Comparator.comparingInt(
                            (Integer text) -> texts.get(text).length()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            this.tokens = texts.stream().mapToLong(MaskedText::length).sum();
            this.tokensLeft = tokens;
        }

        boolean finished() {
            return from == order.length;
        }

        void advance(int to) {
            for (; from < to; from++) {
                tokensLeft -= texts.get(order[from]).length();
            }
        }
    }

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
        Request request = new Request(chosen, texts, deadline, reader);
        long tokens = request.tokens;
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
        return request.done;
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
            if (failure.isEmpty() && !request.finished()) {
                continue;
            }
            // Before the caller hears of it, who may send the next request at once.
            release(request);
            if (failure.isPresent()) {
                request.done.completeExceptionally(failure.get());
            } else {
                request.done.complete(null);
            }
        }
    }

    /** A failure is its request's: that one hears of it, and the thread goes on with the next. */
    private Optional<Throwable> attempt(Request request) {
        try {
            request.deadline.check();
            int to = batchEnd(request.texts, request.order, request.from);
            runBatch(request, to);
            request.advance(to);
            return Optional.empty();
        } catch (Throwable failure) {
            return Optional.of(failure);
        }
    }

    private synchronized void release(Request request) {
        queue.remove(request);
        waitingTokens -= request.tokens;
    }

    /** Waits for a request that has a batch to run; null when there is none and none will come. */
    private synchronized Request next() {
        while (queue.isEmpty() && !closing) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread, and it does so by the flag.
                Thread.interrupted();
            }
        }
        // Whom nobody waits for any more is told so at once, however long the queue is.
        for (Request request : queue) {
            if (request.deadline.passed()) {
                return request;
            }
        }
        // Every other batch is the oldest request's, so that no request waits for ever.
        oldestsTurn = !oldestsTurn;
        return oldestsTurn
                ? queue.peek()
                : queue.stream()
                        .min(Comparator.comparingLong(request -> request.tokensLeft))
                        .orElse(null);
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

    private void runBatch(Request request, int to) {
        int from = request.from;
        int[] order = request.order;
        int[][] ids = new int[to - from][];
        int[][] masks = new int[to - from][];
        for (int i = from; i < to; i++) {
            MaskedText text = request.texts.get(order[i]);
            ids[i - from] = text.ids();
            masks[i - from] = text.masks();
        }
        if (to - from == 1 && masks[0].length > limits.masks()) {
            runInParts(request, order[from], ids[0], masks[0]);
            return;
        }
        Rows rows = request.runner.run(ids, masks);
        int row = 0;
        for (int i = from; i < to; i++) {
            int own = request.texts.get(order[i]).rows();
            for (int mask = 0; mask < own; mask++) {
                request.reader.read(order[i], mask, read(rows, row++));
            }
        }
    }

    /** A text with more masks than the memory for logits is meant for is run several times, each for some of its masks. */
    private void runInParts(Request request, int text, int[] ids, int[] masks) {
        for (int from = 0; from < masks.length; from += limits.masks()) {
            request.deadline.check();
            int to = Math.min(masks.length, from + limits.masks());
            Rows rows = request.runner.run(new int[][] {ids}, new int[][] {Arrays.copyOfRange(masks, from, to)});
            for (int mask = from; mask < to; mask++) {
                request.reader.read(text, mask, read(rows, mask - from));
            }
        }
    }
}
