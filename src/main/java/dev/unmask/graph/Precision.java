package dev.unmask.graph;

import dev.unmask.fault.Fault;
import java.util.Locale;

/** The precision of a graph's weights and arithmetic. */
public enum Precision {
    /** 32-bit floating point: the reference's numbers. */
    FP32;

    /**
     * Reads {@code auto} or {@code fp32}, in any case; {@code auto} is fp32.
     *
     * @throws Fault of kind CONFIGURATION for anything else
     */
    public static Precision parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "auto", "fp32" -> FP32;
            case "int8", "fp16" ->
                throw Fault.configuration(
                        "UNMASK_PRECISION is %s, which this version does not make yet; allowed are auto and fp32."
                                .formatted(text.strip()));
            default ->
                throw Fault.configuration("UNMASK_PRECISION is \"%s\"; allowed are auto and fp32.".formatted(text));
        };
    }

    /** The name that configuration, manifest and {@code /info} use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
