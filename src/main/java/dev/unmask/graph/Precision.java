package dev.unmask.graph;

import dev.unmask.fault.Fault;
import java.util.Locale;

/** The requested precision of a graph's weights and arithmetic. */
public enum Precision {
    /** Whatever a store entry has; fp32 for imports. */
    AUTO,
    /** 32-bit floating point: the reference's numbers. */
    FP32,
    /** 16-bit floating point, for CUDA: accurate to about a thousandth. */
    FP16,
    /** 8-bit integer products, for CPUs: faster, smaller, and slightly less accurate. */
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
                        "The precision must be auto, fp32, fp16 or int8, but is \"%s\".".formatted(text));
        };
    }

    /** The precision to import at for this request. */
    public Precision made() {
        return this == AUTO ? FP32 : this;
    }

    /** Whether an entry's precision satisfies this request. */
    public boolean accepts(String label) {
        return this == AUTO || label().equals(label);
    }

    /** The name that configuration, manifest and {@code /info} use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
