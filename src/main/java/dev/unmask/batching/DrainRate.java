package dev.unmask.batching;

/** How fast the queue empties, as a moving average over batches. Guarded by the dispatcher's monitor. */
final class DrainRate {
    private static final double WEIGHT = 0.2;
    private static final int LONGEST = 60;

    private double tokensPerNanosecond;

    /** Records a batch. */
    void add(long tokens, long nanoseconds) {
        double now = (double) tokens / Math.max(1, nanoseconds);
        tokensPerNanosecond = tokensPerNanosecond == 0 ? now : (1 - WEIGHT) * tokensPerNanosecond + WEIGHT * now;
    }

    /** How many whole seconds this many tokens take: at least 1, at most 60. */
    int seconds(long tokens) {
        if (tokensPerNanosecond == 0) {
            return 1;
        }
        return (int) Math.max(1, Math.min(LONGEST, Math.ceil(tokens / tokensPerNanosecond / 1e9)));
    }
}
