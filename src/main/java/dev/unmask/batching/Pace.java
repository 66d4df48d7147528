package dev.unmask.batching;

/**
 * How long the model takes, learned from the batches it ran: so long for each token's cost where batches are full, and so
 * long besides for a batch that isn't. Recent batches count most, since other work comes and goes on a machine. Not
 * thread-safe.
 */
final class Pace {
    /** After so much work the earlier counts for a third, in nanoseconds. */
    private static final double MEMORY = 6e9;

    /**
     * The first batch is slower than those after it, and work must not be refused for that: its time counts for so much.
     */
    private static final double FIRST = 0.8;

    /** The weight of the last batch in what a batch takes that isn't full. */
    private static final double RECENT = 0.1;

    /** A batch counts for at most so much more than was expected of it: a process that was stopped for a while is not slow. */
    private static final double STALL = 3;

    /** How much slower the best pace becomes with every batch, so that a machine that stays slower is believed in the end. */
    private static final double FORGET = 1.02;

    private final double full;
    private double nanoseconds;
    private double cost;
    private double extra;
    private double best = Double.POSITIVE_INFINITY;

    /** @param full the cost of a full batch, in tokens */
    Pace(double full) {
        this.full = full;
    }

    /** The first full batch, before anything was asked. */
    void first(double batchCost, long took) {
        cost = batchCost;
        nanoseconds = FIRST * took;
        best = perToken();
    }

    /**
     * Records a batch.
     *
     * @param batchCost of its texts, in tokens
     * @param took in nanoseconds, until the next batch could begin
     * @param moreWaits whether it was as full as it could be, since other texts waited
     */
    void ran(double batchCost, long took, boolean moreWaits) {
        double expected = batchCost * perToken();
        if (moreWaits || batchCost >= full / 2 || took < expected || cost == 0) {
            double counted = cost == 0 ? took : Math.min(took, STALL * expected);
            double keep = Math.exp(-counted / MEMORY);
            cost = keep * cost + batchCost;
            nanoseconds = keep * nanoseconds + counted;
            best = Math.min(perToken(), best * FORGET);
        } else {
            extra += RECENT * (Math.min(took - expected, STALL * full * perToken()) - extra);
        }
    }

    private double perToken() {
        return cost == 0 ? 0 : nanoseconds / cost;
    }

    /** About how many nanoseconds work of this cost takes; 0 before anything was measured. */
    double nanoseconds(double work) {
        return work == 0 ? 0 : work * perToken() + extra * Math.max(0, 1 - 2 * work / full);
    }

    /**
     * The same at the best pace of late. By this an idle engine is judged: were it judged by its last pace, it would never be asked again
     * after a bad time, and nobody would learn that it has become faster.
     */
    double atBest(double work) {
        return cost == 0 ? 0 : work * best;
    }

    /** About how much work fits in so many nanoseconds, in tokens; infinite before anything was measured. */
    double within(double time) {
        return time / perToken();
    }
}
