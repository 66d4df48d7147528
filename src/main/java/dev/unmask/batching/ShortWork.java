package dev.unmask.batching;

/**
 * Which part of the engine's time the short requests ask for that come, over the last seconds: long requests that are admitted
 * now will have to share with those that come later. Not thread-safe.
 */
final class ShortWork {
    /** The span that counts, in nanoseconds: what came this long ago counts for a third. */
    private static final double SPAN = 10e9;

    private double sum;
    private long since;

    /** Records work that was asked for, and how long it takes, in nanoseconds. */
    void add(double nanoseconds, long now) {
        sum = at(now) + nanoseconds;
        since = now;
    }

    private double at(long now) {
        return sum == 0 ? 0 : sum * Math.exp((since - now) / SPAN);
    }

    /** The part, at most 0.5, which is what the queue leaves to short requests where both wait. */
    double part(long now) {
        return Math.min(0.5, at(now) / SPAN);
    }
}
