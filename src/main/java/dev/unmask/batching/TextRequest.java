package dev.unmask.batching;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The texts of one request, on their way through the queue. Guarded by the dispatcher's monitor, but for {@link #done}. */
final class TextRequest {
    private final BatchRunner runner;
    private final Deadline deadline;
    private final RowReader reader;
    private final List<QueuedText> texts;
    private final Lengths waiting = new Lengths();
    private final long tokens;
    private final int rows;
    private final double cost;
    private final long queued;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private double waitingCost;
    private int left;
    private volatile boolean closed;

    /**
     * @param cost what texts cost
     * @param queued when it came, in nanoseconds on the dispatcher's clock
     */
    TextRequest(
            BatchRunner runner,
            List<MaskedText> texts,
            Deadline deadline,
            RowReader reader,
            TextCost cost,
            long queued) {
        this.queued = queued;
        this.runner = runner;
        this.deadline = deadline;
        this.reader = reader;
        this.texts = IntStream.range(0, texts.size())
                .mapToObj(index -> new QueuedText(this, index, texts.get(index), cost.of(texts.get(index))))
                .toList();
        this.texts.forEach(waiting::add);
        this.tokens = texts.stream().mapToLong(MaskedText::length).sum();
        this.rows = texts.stream().mapToInt(MaskedText::rows).sum();
        this.cost = this.texts.stream().mapToDouble(QueuedText::cost).sum();
        this.waitingCost = this.cost;
        this.left = texts.size();
    }

    BatchRunner runner() {
        return runner;
    }

    Deadline deadline() {
        return deadline;
    }

    RowReader reader() {
        return reader;
    }

    /** Completes when the last row was read, or exceptionally with the reason why not. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** The texts, in order. */
    List<QueuedText> texts() {
        return texts;
    }

    /** When it came into the queue, in nanoseconds on the dispatcher's clock. */
    long queued() {
        return queued;
    }

    /** Tokens of all its texts. */
    long tokens() {
        return tokens;
    }

    /** Whether all its texts fit in one batch. */
    boolean fits(BatchLimits limits) {
        return tokens <= limits.tokens() && rows <= limits.masks();
    }

    /** What all its texts cost, in tokens. */
    double cost() {
        return cost;
    }

    /** What its texts that wait cost, in tokens. */
    double waitingCost() {
        return waitingCost;
    }

    /** Its texts that wait. */
    Lengths waiting() {
        return waiting;
    }

    /** Records that a text waits no more: it is in a batch, or no longer wanted. */
    void taken(QueuedText text) {
        waiting.remove(text);
        // What is left of rounding must not remain for ever.
        waitingCost = waiting.shortest() == null ? 0 : waitingCost - text.cost();
    }

    /** Records that a text's rows were read; true for the last one. */
    boolean finish() {
        left--;
        return left == 0;
    }

    /** Whether it was answered or given up. */
    boolean closed() {
        return closed;
    }

    /** Marks the request as answered or given up, so that nothing of it runs any more. False if it already was. */
    boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }
}
