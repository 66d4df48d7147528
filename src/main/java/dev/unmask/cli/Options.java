package dev.unmask.cli;

import dev.unmask.fault.Fault;

/** Checks that several commands apply to their options. */
final class Options {
    private static final int MOST_THREADS = 1024;

    private Options() {}

    /**
     * Returns the value if it is in range.
     *
     * @throws Fault of kind CONFIGURATION when it is less than 1 or more than {@code most}
     */
    static int inRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw Fault.configuration(
                    most == Integer.MAX_VALUE
                            ? "%s must be at least 1, but is %d.".formatted(option, value)
                            : "%s must be between 1 and %d, but is %d.".formatted(option, most, value));
        }
        return value;
    }

    /** Intra-op threads: the given number, or as many as there are processors. */
    static int threads(Integer asked) {
        return inRange("--threads", asked == null ? Runtime.getRuntime().availableProcessors() : asked, MOST_THREADS);
    }
}
