package dev.unmask.serving;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Checks that settings are in their ranges. Annotations of Bean Validation on the settings would do the same, but their
 * library makes every start half a second longer (2.7 instead of 2.2 s for the demo), and its messages name properties
 * instead of the variables that users set.
 */
public final class Ranges {
    private Ranges() {}

    /**
     * @param setting the setting as users write it
     * @throws Fault of kind CONFIGURATION that says what was found and what is allowed
     */
    public static int check(String setting, int value, int least, int most) {
        return (int) check(setting, (long) value, least, most);
    }

    /**
     * The same for large numbers.
     *
     * @throws Fault likewise
     */
    public static long check(String setting, long value, long least, long most) {
        if (value < least || value > most) {
            throw Fault.configuration(
                    most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                            ? "%1$s must be at least %3$d, but is %2$d.".formatted(setting, value, least)
                            : "%1$s must be between %3$d and %4$d, but is %2$d."
                                    .formatted(setting, value, least, most));
        }
        return value;
    }

    /**
     * The same for durations, in milliseconds in messages.
     *
     * @return the time in whole milliseconds
     * @throws Fault likewise
     */
    public static Duration check(String setting, Duration value, Duration least, Duration most) {
        return Duration.ofMillis(
                check(setting + " (in milliseconds)", value.toMillis(), least.toMillis(), most.toMillis()));
    }

    /**
     * The intra-op threads; by default as many as processors. More would only slow each other down.
     *
     * @throws Fault likewise
     */
    public static int threads(OptionalInt asked) {
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = asked.orElse(processors);
        if (threads > processors) {
            throw Fault.configuration("UNMASK_THREADS is %d, but there are %d processors; lower it, or unset it."
                    .formatted(threads, processors));
        }
        return check("UNMASK_THREADS", threads, 1, processors);
    }
}
