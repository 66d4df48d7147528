package dev.unmask.cli;

import dev.unmask.fault.Fault;

/** What several commands ask of their options. */
final class Options {
    private static final int MOST_THREADS = 1024;

    private Options() {}

    /**
     * Gives a value back.
     *
     * @throws Fault of kind CONFIGURATION when it is less than 1 or more than {@code most}
     */
    static int inRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw Fault.configuration(
                    most == Integer.MAX_VALUE
                            ? "%s is %d; at least 1 is allowed.".formatted(option, value)
                            : "%s is %d; allowed are 1 to %d.".formatted(option, value, most));
        }
        return value;
    }

    /** Intra-op threads: those asked for, or as many as there are processors. */
    static int threads(Integer asked) {
        return inRange("--threads", asked == null ? Runtime.getRuntime().availableProcessors() : asked, MOST_THREADS);
    }
}
