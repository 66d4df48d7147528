package dev.unmask.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** A model's prediction at one mask: its logits as a probability distribution over the whole vocabulary. */
final class Distribution {
    private final float[] logits;
    private final int best;
    private final double logOfSum;

    /**
     * @param logits one for each row of the model's embedding; not copied
     * @throws IllegalStateException when one is not finite, which means that the model is broken
     */
    Distribution(float[] logits) {
        this.logits = logits;
        int largest = 0;
        for (int id = 0; id < logits.length; id++) {
            if (!Float.isFinite(logits[id])) {
                throw new IllegalStateException("the model returned logits that are not finite");
            }
            largest = logits[id] > logits[largest] ? id : largest;
        }
        best = largest;
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - logits[best]);
        }
        logOfSum = logits[best] + Math.log(sum);
    }

    /** The most probable id; the smallest one on ties. */
    int best() {
        return best;
    }

    /** The {@code count} most probable ids in order, ties by ascending id; fewer if the vocabulary is smaller. */
    List<Integer> best(int count) {
        Comparator<Integer> better =
                Comparator.<Integer>comparingDouble(id -> -logits[id]).thenComparing(Comparator.naturalOrder());
        PriorityQueue<Integer> kept = new PriorityQueue<>(better.reversed());
        for (int id = 0; id < logits.length; id++) {
            if (kept.size() < count) {
                kept.add(id);
            } else if (logits[id] > logits[kept.element()]) {
                kept.remove();
                kept.add(id);
            }
        }
        return kept.stream().sorted(better).toList();
    }

    /**
     * The Kullback-Leibler divergence of another distribution from this one, in nats: {@code sum(p * ln(p / q))}, where p
     * is this one and q the other. It is never negative, and 0 for equal distributions.
     */
    double divergence(Distribution other) {
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            double logarithm = logProbability(id);
            sum += Math.exp(logarithm) * (logarithm - other.logProbability(id));
        }
        // Rounding may leave a tiny negative number.
        return Math.max(0, sum);
    }

    /** The natural logarithm of an id's probability, in double precision: {@code logit - log(sum(exp(logits)))}. */
    double logProbability(int id) {
        return logits[id] - logOfSum;
    }

    /** An id's rank, as the service ranks: 1 is first, ties go by ascending id. */
    int rank(int id) {
        int rank = 1;
        for (int other = 0; other < logits.length; other++) {
            if (logits[other] > logits[id] || logits[other] == logits[id] && other < id) {
                rank++;
            }
        }
        return rank;
    }
}
