package dev.unmask.batching;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Runs batches, and passes their rows to their readers: in parallel with the next batch if there is one. Used by one thread. */
final class Batches implements AutoCloseable {

    /** Ends a request. */
    @FunctionalInterface
    interface Ending {
        /** @param failure why it failed; null if it was answered */
        void end(TextRequest request, Throwable failure);
    }

    private final BatchLimits limits;
    private final Stages stages;
    private final LongSupplier clock;
    private final BooleanSupplier moreWaits;
    private final Ending ending;
    private final Aside aside = new Aside("unmask-rows");

    /** When the batch in progress began, on the clock; null when none is running. */
    private volatile Long begun;

    /**
     * @param moreWaits whether a batch will follow at once
     * @param ending receives requests that are answered or failed
     */
    Batches(BatchLimits limits, Stages stages, LongSupplier clock, BooleanSupplier moreWaits, Ending ending) {
        this.limits = limits;
        this.stages = stages;
        this.clock = clock;
        this.moreWaits = moreWaits;
        this.ending = ending;
    }

    /** Whether one batch has been running for longer than {@code limit}; on any thread. */
    boolean hang(Duration limit) {
        Long since = begun;
        return since != null && clock.getAsLong() - since > limit.toNanos();
    }

    /** Runs a batch, and returns when the next may begin. */
    void run(List<QueuedText> batch) {
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
        if (moreWaits.getAsBoolean()) {
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
            ending.end(batch.get(0).request(), failure);
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
                ending.end(text.request(), failure);
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
                ending.end(request, unread);
            }
        }
    }

    private void finish(QueuedText text) {
        if (!text.request().closed() && text.request().finish()) {
            ending.end(text.request(), null);
        }
    }

    /** Returns when all rows are read. */
    @Override
    public void close() {
        aside.close();
    }
}
