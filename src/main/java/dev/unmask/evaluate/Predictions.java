package dev.unmask.evaluate;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What a model predicts at the measured positions, each masked alone in a copy of its text.
 *
 * @param ranks place of the true piece, 1 is first
 * @param logProbabilities natural logarithm of the true piece's probability
 * @param best the first-ranked id
 * @param bestScores the first-ranked id's probability
 * @param askedScores for each row of ids that were asked for, their probabilities
 */
record Predictions(int[] ranks, double[] logProbabilities, int[] best, double[] bestScores, double[][] askedScores) {
    /** Masked copies handed over at once: many batches of like length, and few megabytes of ids. */
    private static final int AT_ONCE = 512;
    /** One runs while the next is made. */
    private static final int IN_FLIGHT = 2;
    /** Nobody waits for an answer, so there is no deadline; this is the longest that nanoseconds can count safely. */
    private static final Duration NO_DEADLINE = Duration.ofDays(36_500);

    private Predictions(int positions, int asked) {
        this(
                new int[positions],
                new double[positions],
                new int[positions],
                new double[positions],
                new double[asked][positions]);
    }

    /**
     * Runs the model.
     *
     * @param windows the texts
     * @param positions which of their positions are measured; all rows here are in this order
     * @param asked rows of ids, one for each position, whose probabilities are wanted too; may be empty
     * @param scheduler runs the model; not closed here
     * @param done told after each bundle how many more positions are measured
     * @throws Fault of kind MODEL_REFUSED when the model fails or gives logits that are not finite
     */
    static Predictions of(Windows windows, int[] positions, List<int[]> asked, Scheduler scheduler, IntConsumer done) {
        Predictions predictions = new Predictions(positions.length, asked.size());
        // Like lengths together, over all texts: little is padded.
        int[] order = IntStream.range(0, positions.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> windows.length(positions[i])))
                .mapToInt(Integer::intValue)
                .toArray();
        Deque<Bundle> running = new ArrayDeque<>();
        for (int from = 0; from < order.length; from += AT_ONCE) {
            int[] indexes = Arrays.copyOfRange(order, from, Math.min(order.length, from + AT_ONCE));
            List<MaskedText> copies = Arrays.stream(indexes)
                    .mapToObj(index -> windows.masked(positions[index]))
                    .toList();
            CompletableFuture<Void> read = scheduler.submit(
                    copies,
                    Deadline.in(NO_DEADLINE),
                    (copy, mask, logits) -> predictions.read(
                            indexes[copy],
                            windows.truth(positions[indexes[copy]]),
                            asked,
                            new Distribution(RowReader.copy(logits))));
            running.add(new Bundle(read, indexes.length));
            if (running.size() == IN_FLIGHT) {
                done.accept(running.remove().await());
            }
        }
        running.forEach(last -> done.accept(last.await()));
        return predictions;
    }

    private void read(int index, int truth, List<int[]> asked, Distribution distribution) {
        ranks[index] = distribution.rank(truth);
        logProbabilities[index] = distribution.logProbability(truth);
        best[index] = distribution.best();
        bestScores[index] = Math.exp(distribution.logProbability(distribution.best()));
        for (int row = 0; row < asked.size(); row++) {
            askedScores[row][index] = Math.exp(distribution.logProbability(asked.get(row)[index]));
        }
    }

    private record Bundle(CompletableFuture<Void> read, int positions) {
        int await() {
            try {
                read.get();
                return positions;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new Fault(Fault.Kind.NOT_READY, "The evaluation was interrupted.", stopped);
            } catch (ExecutionException failed) {
                throw new Fault(
                        Fault.Kind.MODEL_REFUSED,
                        "The model can't be measured: %s. Import it again, or take another checkpoint."
                                .formatted(failed.getCause().getMessage()),
                        failed.getCause());
            }
        }
    }
}
