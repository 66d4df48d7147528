package dev.unmask.graph;

import dev.unmask.fault.Fault;
import java.util.Locale;

/** The precision of a graph's weights and arithmetic, as it is asked for. */
public enum Precision {
    /** Whatever a store entry has; fp32 for what is imported. */
    AUTO,
    /** 32-bit floating point: the reference's numbers. */
    FP32,
    /** 16-bit floating point, for CUDA: about a thousandth off, and many times as fast there. */
    FP16,
    /** Products of 8-bit integers, for processors: faster, smaller, and a little off. */
    INT8;

    /**
     * Reads {@code auto}, {@code fp32}, {@code fp16} or {@code int8}, in any case.
     *
     * @throws Fault of kind CONFIGURATION for anything else
     */
    public static Precision parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "fp32" -> FP32;
            case "int8" -> INT8;
            case "fp16" -> FP16;
            default ->
                throw Fault.configuration(
                        "\"%s\" is no precision; allowed are auto, fp32, fp16 and int8.".formatted(text));
        };
    }

    /** What is made where this is asked for. */
    public Precision made() {
        return this == AUTO ? FP32 : this;
    }

    /** Whether an entry of some precision is what is asked for. */
    public boolean accepts(String label) {
        return this == AUTO || label().equals(label);
    }

    /** The name that configuration, manifest and {@code /info} use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
