package dev.unmask.batching;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The texts of one request, on their way through the queue. Guarded by the dispatcher's monitor, but for {@link #done}. */
final class TextRequest {
    private final BatchRunner runner;
    private final Deadline deadline;
    private final RowReader reader;
    private final List<QueuedText> texts;
    private final long tokens;
    private final long queued;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private int next;
    private int left;
    private volatile boolean closed;

    /** The virtual time at which its next text's turn begins, in tokens. */
    double start;

    TextRequest(BatchRunner runner, List<MaskedText> texts, Deadline deadline, RowReader reader, long queued) {
        this.queued = queued;
        this.runner = runner;
        this.deadline = deadline;
        this.reader = reader;
        this.texts = IntStream.range(0, texts.size())
                .mapToObj(index -> new QueuedText(this, index, texts.get(index)))
                .sorted(Comparator.comparingInt(text -> text.text().length()))
                .toList();
        this.tokens = texts.stream().mapToLong(MaskedText::length).sum();
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

    /** The texts, by ascending length. */
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

    /** The shortest waiting text; null when none waits. */
    QueuedText waiting() {
        while (next < texts.size() && texts.get(next).taken) {
            next++;
        }
        return next < texts.size() ? texts.get(next) : null;
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
