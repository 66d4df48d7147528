package dev.unmask.graph;

import java.util.Random;

/** Matrices in row-major order, and the plainest arithmetic on them. */
final class Matrices {
    private Matrices() {}

    /** Numbers of magnitudes from a hundredth to a hundred. */
    static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
        }
        return floats;
    }

    /** The product of {@code left [rows, channels]} and {@code weight [channels, out]}. */
    static double[] product(float[] left, float[] weight, int rows) {
        int channels = left.length / rows;
        int out = weight.length / channels;
        double[] product = new double[rows * out];
        for (int i = 0; i < left.length; i++) {
            for (int column = 0; column < out; column++) {
                product[i / channels * out + column] += (double) left[i] * weight[i % channels * out + column];
            }
        }
        return product;
    }
}
