package dev.unmask.evaluate;

import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Compares two models with the same vocabulary at the same positions. One model's distribution is kept until the other's is
 * known, since the divergence is over the whole vocabulary.
 */
final class Comparison {
    /** Copies per bundle: with 30,522 pieces their logits are 16 MB. */
    private static final int AT_ONCE = 128;

    private static final int FIRST_RANKS = 5;

    private final MaskedCopies copies;
    private final Predictions first;
    private final Predictions second;
    private final double[] differences;
    private final double[] shared;
    private final double[] divergences;

    private Comparison(MaskedCopies copies) {
        int positions = copies.positions().length;
        this.copies = copies;
        this.first = new Predictions(positions);
        this.second = new Predictions(positions);
        this.differences = new double[positions];
        this.shared = new double[positions];
        this.divergences = new double[positions];
    }

    /**
     * Runs both models alternately.
     *
     * @param copies what to measure
     * @param model runs the first model; not closed here
     * @param against runs the second; not closed here
     * @param done receives after each bundle how many more positions were measured
     * @throws Fault of kind MODEL_REFUSED when a model fails or returns logits that are not finite
     */
    static Comparison of(MaskedCopies copies, Scheduler model, Scheduler against, IntConsumer done) {
        Comparison comparison = new Comparison(copies);
        for (int[] bundle : copies.bundles(AT_ONCE)) {
            Map<Integer, Distribution> judged = new HashMap<>();
            copies.run(bundle, against, judged::put).await();
            copies.run(bundle, model, (index, distribution) -> comparison.read(index, distribution, judged.get(index)))
                    .await();
            done.accept(bundle.length);
        }
        return comparison;
    }

    private void read(int index, Distribution distribution, Distribution judged) {
        first.read(copies, index, distribution);
        second.read(copies, index, judged);
        int best = distribution.best();
        differences[index] =
                Math.abs(Math.exp(distribution.logProbability(best)) - Math.exp(judged.logProbability(best)));
        List<Integer> ranked = judged.best(FIRST_RANKS);
        Set<Integer> both = new HashSet<>(distribution.best(FIRST_RANKS));
        both.retainAll(ranked);
        shared[index] = (double) both.size() / ranked.size();
        divergences[index] = judged.divergence(distribution);
    }

    /** What the first model predicts. */
    Predictions first() {
        return first;
    }

    /** What the second model predicts. */
    Predictions second() {
        return second;
    }

    /** How far they agree, with the names that the user gave them. */
    Agreement agreement(String model, String against) {
        int same = 0;
        for (int i = 0; i < differences.length; i++) {
            same += first.best()[i] == second.best()[i] ? 1 : 0;
        }
        return new Agreement(
                model,
                against,
                differences.length,
                (double) same / differences.length,
                mean(shared),
                mean(divergences),
                mean(differences),
                Arrays.stream(differences).max().orElseThrow());
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
