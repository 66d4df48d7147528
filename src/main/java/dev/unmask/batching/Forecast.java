package dev.unmask.batching;

/**
 * When requests will be answered, by the order of {@link TextQueue} and the {@link Pace}. A short request is behind the short
 * ones before it and as much of the long ones, since they take turns; a long one is behind the long ones before it and as much
 * of the short ones, and shares with short ones that will come, of which the recent past tells. Not thread-safe.
 */
final class Forecast {
    /** A request is admitted to an idle engine if it is in time though it takes so much longer. */
    private static final double ALONE = 1.1;

    /** A request is admitted behind others if it is in time though all takes so much longer. */
    private static final double BEHIND = 1.25;

    /** A request that waits is kept in time though all takes so much longer. */
    private static final double CARE = 1.1;

    /** Work that would be late though it takes only this part of the estimate is given up. */
    private static final double HOPE = 0.8;

    private final TextQueue queue;
    private final Pace pace;
    private final double batch;
    private final ShortWork shortWork = new ShortWork();

    /** What the batch in progress costs; 0 when none is running. */
    private double runs;

    private long begun;

    /** @param batch the cost of a full batch, in tokens */
    Forecast(TextQueue queue, Pace pace, double batch) {
        this.batch = batch;
        this.queue = queue;
        this.pace = pace;
    }

    /** A batch begins. */
    void begins(double cost, long now) {
        runs = cost;
        begun = now;
    }

    /** The batch in progress has ended, and its successor could begin. */
    void ended(long now) {
        pace.ran(runs, now - begun, !queue.isEmpty());
        runs = 0;
    }

    /** Whether nothing waits and nothing runs. */
    boolean idle() {
        return runs == 0 && queue.isEmpty();
    }

    /** A request that fits in a batch came, whether or not it was admitted. */
    void asked(double cost, long now) {
        shortWork.add(pace.nanoseconds(cost), now);
    }

    /** How much of a time work would take alone, with caution: at most 1 if it is in time. */
    double part(double cost, double time) {
        return ALONE * (idle() ? pace.atBest(cost) : pace.nanoseconds(cost)) / Math.max(1, time);
    }

    /** How long the rest of the batch in progress takes, in nanoseconds. */
    private double running(long now) {
        return runs == 0 ? 0 : Math.max(0, pace.nanoseconds(runs) - (now - begun));
    }

    /** How long all that runs and waits takes, in nanoseconds. */
    double ahead(long now) {
        return running(now) + pace.nanoseconds(cost(queue.shortOnes()) + cost(queue.longOnes()));
    }

    private static double cost(Iterable<TextRequest> requests) {
        double sum = 0;
        for (TextRequest request : requests) {
            sum += request.waitingCost();
        }
        return sum;
    }

    /**
     * How much too late a further request would be answered, or make others late that would be in time without it.
     *
     * @param cost of the request, in tokens
     * @param fits whether it fits in a batch
     * @return nanoseconds; 0 when all is in time
     */
    double late(double cost, boolean fits, Deadline deadline, long now) {
        double own = cost + cost(fits ? queue.shortOnes() : queue.longOnes());
        double others = cost(fits ? queue.longOnes() : queue.shortOnes());
        double share = fits ? 1 : 1 - shortWork.part(now);
        double finish = running(now) + pace.nanoseconds(own + Math.min(own, others)) / share + lastBatch();
        return Math.max(
                Math.max(0, BEHIND * finish - deadline.remaining(now)),
                delayed(fits ? queue.longOnes() : queue.shortOnes(), own - cost, own, now));
    }

    /** How much too late a request of those that take turns would be, because theirs becomes more. */
    private double delayed(Iterable<TextRequest> waiting, double before, double after, long now) {
        double running = running(now) + lastBatch();
        double late = 0;
        double ahead = 0;
        for (TextRequest request : waiting) {
            ahead += request.waitingCost();
            double remaining = request.deadline().remaining(now);
            double with = running + pace.nanoseconds(ahead + Math.min(ahead, after));
            double without = running + pace.nanoseconds(ahead + Math.min(ahead, before));
            if (with > without && without <= remaining) {
                late = Math.max(late, CARE * with - remaining);
            }
        }
        return late;
    }

    /** A text's rows are there when its batch has ended, which other requests fill. */
    private double lastBatch() {
        return pace.nanoseconds(batch);
    }

    /** Whether a request that waits can't be in time any more, whatever is done. */
    boolean hopeless(TextRequest request, long now) {
        return HOPE * pace.nanoseconds(request.waitingCost())
                > request.deadline().remaining(now);
    }
}
