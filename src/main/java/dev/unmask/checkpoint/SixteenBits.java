package dev.unmask.checkpoint;

/**
 * Conversion of 16-bit floats, each of which has an exact 32-bit counterpart. (Java has {@code
 * Float.float16ToFloat} from version 20 on; we are compiled for 17.)
 */
final class SixteenBits {
    private static final int SIGN = 0x8000;
    private static final int HALF_FRACTION = 0x3ff;
    private static final int HALF_EXPONENT = 0x1f;
    private static final int FLOAT_INFINITY = 0x7f80_0000;
    private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;

    private SixteenBits() {}

    /** IEEE 754 binary16: one sign bit, five of exponent, ten of fraction. */
    static float half(short bits) {
        int sign = (bits & SIGN) << 16;
        int exponent = bits >>> 10 & HALF_EXPONENT;
        int fraction = bits & HALF_FRACTION;
        int magnitude;
        if (exponent == 0) {
            magnitude = Float.floatToRawIntBits(fraction * 0x1p-24f);
        } else if (exponent == HALF_EXPONENT) {
            magnitude = FLOAT_INFINITY | fraction << 13;
        } else {
            magnitude = (exponent + EXPONENT_BIAS_DIFFERENCE) << 23 | fraction << 13;
        }
        return Float.intBitsToFloat(sign | magnitude);
    }

    /** bfloat16: the upper half of a 32-bit float. */
    static float brain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
