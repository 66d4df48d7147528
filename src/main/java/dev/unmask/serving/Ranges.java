package dev.unmask.serving;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.OptionalInt;

/** Whether settings are in their ranges. */
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
                            ? "%s is %d; at least %d is allowed.".formatted(setting, value, least)
                            : "%s is %d; allowed are %d to %d.".formatted(setting, value, least, most));
        }
        return value;
    }

    /**
     * The same for times, which messages give in milliseconds.
     *
     * @return the time in whole milliseconds
     * @throws Fault likewise
     */
    public static Duration check(String setting, Duration value, Duration least, Duration most) {
        return Duration.ofMillis(
                check(setting + " (in milliseconds)", value.toMillis(), least.toMillis(), most.toMillis()));
    }

    /**
     * The intra-op threads; as many as there are processors where nobody says. More only get in each other's way.
     *
     * @throws Fault likewise
     */
    public static int threads(OptionalInt asked) {
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = asked.orElse(processors);
        if (threads > processors) {
            throw Fault.configuration(
                    "UNMASK_THREADS is %d, but there are %d processors; set it to that at most, or leave it out."
                            .formatted(threads, processors));
        }
        return check("UNMASK_THREADS", threads, 1, processors);
    }
}
