package dev.unmask.graph;

import dev.unmask.checkpoint.BertConfig;
import java.util.Optional;

/**
 * How to make a graph from a checkpoint.
 *
 * @param precision FP32, INT8 (products with weights; everything else in fp32) or FP16 (the encoder; heads in fp32)
 * @param observing whether the graph has the output {@link dev.unmask.engine.GraphNames#MAGNITUDES}
 * @param magnitudes for smoothing the channels of an int8 graph
 */
public record Recipe(Precision precision, boolean observing, Optional<Magnitudes> magnitudes) {
    /** In 32-bit floating point. */
    public static Recipe fp32() {
        return new Recipe(Precision.FP32, false, Optional.empty());
    }

    /** In 32-bit floating point, with the magnitudes that int8 needs. */
    public static Recipe observed() {
        return new Recipe(Precision.FP32, true, Optional.empty());
    }

    /** With an encoder in 16-bit floating point, for CUDA. */
    public static Recipe fp16() {
        return new Recipe(Precision.FP16, false, Optional.empty());
    }

    /** With products of 8-bit integers. */
    public static Recipe int8(Magnitudes magnitudes) {
        return new Recipe(Precision.INT8, false, Optional.of(magnitudes));
    }

    /**
     * At a precision, for weights without observed magnitudes.
     *
     * @param precision FP32, FP16 or INT8
     */
    public static Recipe uncalibrated(Precision precision, BertConfig config) {
        return switch (precision) {
            case INT8 -> int8(Magnitudes.even(config));
            case FP16 -> fp16();
            case FP32, AUTO -> fp32();
        };
    }

    /** Whether a graph for CUDA is needed: int8 and observation are for processors. */
    boolean forCuda() {
        return precision != Precision.INT8 && !observing;
    }

    boolean half() {
        return precision == Precision.FP16;
    }

    /** Bytes of a floating-point number in the encoder. */
    int width() {
        return half() ? Short.BYTES : Float.BYTES;
    }
}
