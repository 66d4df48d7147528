package dev.unmask.evaluate;

import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * What a model predicts at the measured positions.
 *
 * @param ranks rank of the true piece, 1 is first
 * @param logProbabilities natural logarithm of the true piece's probability
 * @param best the first-ranked id
 */
record Predictions(int[] ranks, double[] logProbabilities, int[] best) {
    /** Masked copies per bundle: many batches of similar length, and a few megabytes of ids. */
    private static final int AT_ONCE = 512;
    /** One bundle runs while the next one is prepared. */
    private static final int IN_FLIGHT = 2;

    /** @param positions the number of positions, none of them read yet */
    Predictions(int positions) {
        this(new int[positions], new double[positions], new int[positions]);
    }

    /**
     * Runs the model.
     *
     * @param copies what to measure; all arrays here are in the order of its positions
     * @param scheduler runs the model; not closed here
     * @param done receives after each bundle how many more positions were measured
     * @throws Fault of kind MODEL_REFUSED when the model fails or returns logits that are not finite
     */
    static Predictions of(MaskedCopies copies, Scheduler scheduler, IntConsumer done) {
        Predictions predictions = new Predictions(copies.positions().length);
        record Bundle(MaskedCopies.Run run, int size) {}
        Deque<Bundle> running = new ArrayDeque<>();
        for (int[] bundle : copies.bundles(AT_ONCE)) {
            MaskedCopies.Run run = copies.run(
                    bundle, scheduler, (index, distribution) -> predictions.read(copies, index, distribution));
            running.add(new Bundle(run, bundle.length));
            if (running.size() == IN_FLIGHT) {
                running.peek().run().await();
                done.accept(running.remove().size());
            }
        }
        for (Bundle last : running) {
            last.run().await();
            done.accept(last.size());
        }
        return predictions;
    }

    /** Records the model's prediction at one position. */
    void read(MaskedCopies copies, int index, Distribution distribution) {
        int truth = copies.windows().truth(copies.positions()[index]);
        ranks[index] = distribution.rank(truth);
        logProbabilities[index] = distribution.logProbability(truth);
        best[index] = distribution.best();
    }
}
