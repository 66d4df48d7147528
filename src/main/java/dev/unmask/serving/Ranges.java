package dev.unmask.serving;

import dev.unmask.fault.Fault;
import java.util.OptionalInt;

/** Checks the settings whose ranges depend on the machine or the model. {@link SettingConstraints} checks all others. */
public final class Ranges {
    private Ranges() {}

    /**
     * @param setting the setting as users write it
     * @throws Fault of kind CONFIGURATION that says what was found and what is allowed
     */
    static int check(String setting, int value, int least, int most) {
        if (value < least || value > most) {
            throw Fault.configuration(
                    "%s must be between %d and %d, but is %d.".formatted(setting, least, most, value));
        }
        return value;
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
