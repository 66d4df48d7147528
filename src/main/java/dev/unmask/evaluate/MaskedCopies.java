package dev.unmask.evaluate;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * The measured positions, each masked alone in a copy of its text, and their runs through a model.
 *
 * @param windows the texts
 * @param positions the positions to measure
 */
record MaskedCopies(Windows windows, int[] positions) {
    /** There is no deadline; this is the longest time that nanoseconds can count safely. */
    private static final Duration NO_DEADLINE = Duration.ofDays(36_500);

    /** Receives a model's prediction at one of the positions; called by one thread at a time. */
    interface Reader {
        /** @param index index of the position, from 0 */
        void read(int index, Distribution distribution);
    }

    /** Indexes of positions in bundles of at most {@code most}, similar lengths together across all texts. */
    List<int[]> bundles(int most) {
        int[] order = IntStream.range(0, positions.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> windows.length(positions[i])))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> bundles = new ArrayList<>();
        for (int from = 0; from < order.length; from += most) {
            bundles.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + most)));
        }
        return bundles;
    }

    /** Runs a bundle and has its distributions read. */
    Run run(int[] bundle, Scheduler scheduler, Reader reader) {
        List<MaskedText> copies = Arrays.stream(bundle)
                .mapToObj(index -> windows.masked(positions[index]))
                .toList();
        return new Run(scheduler.submit(
                copies,
                Deadline.in(NO_DEADLINE),
                (copy, mask, logits, all) -> reader.read(bundle[copy], new Distribution(RowReader.copy(logits)))));
    }

    /** A bundle in progress. */
    record Run(CompletableFuture<Void> read) {
        /**
         * Waits until all of it is read.
         *
         * @throws Fault of kind MODEL_REFUSED when the model fails or returns logits that are not finite
         */
        void await() {
            try {
                read.get();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw Fault.notReady("The evaluation was interrupted.", stopped);
            } catch (ExecutionException failed) {
                throw Fault.modelRefused(
                        "The model can't be measured: %s. Import it again, or use another checkpoint."
                                .formatted(failed.getCause().getMessage()),
                        failed.getCause());
            }
        }
    }
}
