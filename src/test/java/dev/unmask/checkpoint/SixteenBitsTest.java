package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class SixteenBitsTest {
    private static final int ALL = 1 << 16;

    @Test
    void everyHalfIsWhatItsThreeFieldsSay() {
        for (int bits = 0; bits < ALL; bits++) {
            assertIsFloat(SixteenBits.half((short) bits), bits, value(bits, 5, 10));
        }
    }

    @Test
    void everyBrainFloatIsWhatItsThreeFieldsSay() {
        for (int bits = 0; bits < ALL; bits++) {
            assertIsFloat(SixteenBits.brain((short) bits), bits, value(bits, 8, 7));
        }
    }

    @Test
    void knownHalves() {
        assertThat(SixteenBits.half((short) 0x3c00)).isEqualTo(1f);
        assertThat(SixteenBits.half((short) 0xc000)).isEqualTo(-2f);
        assertThat(SixteenBits.half((short) 0x7bff)).isEqualTo(65504f);
        assertThat(SixteenBits.half((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(SixteenBits.half((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(SixteenBits.half((short) 0x3555)).isEqualTo(0.33325195f);
    }

    @Test
    void knownBrainFloats() {
        assertThat(SixteenBits.brain((short) 0x3f80)).isEqualTo(1f);
        assertThat(SixteenBits.brain((short) 0xc000)).isEqualTo(-2f);
        assertThat(SixteenBits.brain((short) 0x0001)).isEqualTo(0x1p-133f);
        assertThat(SixteenBits.brain((short) 0x4049)).isEqualTo(3.140625f);
    }

    /** Compared as doubles, in which a float that had been rounded would differ. */
    private static void assertIsFloat(float actual, int bits, double expected) {
        boolean sameSign = Float.floatToRawIntBits(actual) >>> 31 == bits >>> 15;
        if (!sameSign || Double.compare(actual, expected) != 0) {
            fail("%04x is %s, but was read as %s", bits, expected, actual);
        }
    }

    /**
     * By the definition of IEEE 754, in decimals: no shifting of fields from one float to another.
     */
    private static double value(int bits, int exponentBits, int fractionBits) {
        double sign = bits >= ALL / 2 ? -1 : 1;
        int rest = bits % (ALL / 2);
        int fraction = rest % (1 << fractionBits);
        int exponent = rest / (1 << fractionBits);
        int highest = (1 << exponentBits) - 1;
        int bias = highest / 2;
        if (exponent == highest) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        int whole = exponent == 0 ? 0 : 1 << fractionBits;
        int power = Math.max(exponent, 1) - bias - fractionBits;
        BigDecimal scale = power >= 0
                ? BigDecimal.valueOf(2).pow(power)
                : BigDecimal.ONE.divide(BigDecimal.valueOf(2).pow(-power), MathContext.UNLIMITED);
        return sign * BigDecimal.valueOf(whole + fraction).multiply(scale).doubleValue();
    }
}
