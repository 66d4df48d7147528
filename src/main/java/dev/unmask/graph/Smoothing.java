package dev.unmask.graph;

/**
 * Smooths the channels of a product's left operand before quantization: a channel is divided by a factor and its row of the
 * weight multiplied by it, so that the product stays the same, and a few large channels no longer determine the scale of
 * all others. The factors are those of SmoothQuant (Xiao et al. 2023, equation 4) with α = 0.5: the square root of the
 * channel's largest magnitude divided by that of its weights.
 */
final class Smoothing {
    private static final float LEAST = 1e-5f;

    private Smoothing() {}

    /**
     * A factor for each channel.
     *
     * @param largest the largest magnitude of each channel
     * @param weight {@code [channels, out]}
     */
    static float[] factors(float[] largest, float[] weight) {
        int out = weight.length / largest.length;
        float[] factors = new float[largest.length];
        for (int channel = 0; channel < factors.length; channel++) {
            float most = LEAST;
            for (int column = 0; column < out; column++) {
                most = Math.max(most, Math.abs(weight[channel * out + column]));
            }
            factors[channel] = (float) Math.max(LEAST, Math.sqrt(Math.max(LEAST, largest[channel]) / most));
        }
        return factors;
    }

    /** Multiplies each row of {@code weight [channels, out]} by its factor. */
    static void multiplyRows(float[] weight, float[] factors) {
        int out = weight.length / factors.length;
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= factors[i / out];
        }
    }

    /** Divides columns of {@code weight [in, columns]}, from column {@code from} on, each by its factor. */
    static void divideColumns(float[] weight, int columns, int from, float[] factors) {
        for (int row = 0; row < weight.length / columns; row++) {
            for (int i = 0; i < factors.length; i++) {
                weight[row * columns + from + i] /= factors[i];
            }
        }
    }

    /** The inverse factors, for the rows of the product. */
    static float[] inverse(float[] factors) {
        float[] inverse = new float[factors.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = 1 / factors[i];
        }
        return inverse;
    }
}
