package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import java.util.Arrays;
import java.util.List;

/**
 * A product whose left operand has no channel that is much larger than the others, so that rounding rows to 8 bits costs the
 * least. Channels are smoothed (see {@link Smoothing}), and those that are still the largest are halved, or divided further:
 * copies of them are appended, with copies of their rows of the weight. The product stays the same.
 *
 * @param scales by which the rows of the left operand are multiplied, {@code [channels]}
 * @param copies which channels are copied
 * @param weight of the product, {@code [channels + COPIES, out]}
 */
record EvenChannels(float[] scales, long[] copies, float[] weight) {
    /** How many copies there are in a product. */
    static final int COPIES = 8;

    /**
     * @param largest the largest magnitude of each channel
     * @param weight {@code [channels, out]}, changed
     */
    static EvenChannels of(float[] largest, float[] weight) {
        int out = weight.length / largest.length;
        float[] factors = Smoothing.factors(largest, weight);
        Smoothing.multiplyRows(weight, factors);
        float[] magnitudes = largest.clone();
        Smoothing.divideColumns(magnitudes, magnitudes.length, 0, factors);
        int[] parts = new int[largest.length];
        Arrays.fill(parts, 1);
        long[] copies = new long[COPIES];
        float[] longer = Arrays.copyOf(weight, weight.length + COPIES * out);
        for (int copy = 0; copy < COPIES; copy++) {
            int channel = largestPart(magnitudes, parts);
            parts[channel]++;
            copies[copy] = channel;
            System.arraycopy(weight, channel * out, longer, weight.length + copy * out, out);
        }
        float[] scales = Smoothing.inverse(factors);
        for (int channel = 0; channel < scales.length; channel++) {
            scales[channel] /= parts[channel];
        }
        return new EvenChannels(scales, copies, longer);
    }

    private static int largestPart(float[] magnitudes, int[] parts) {
        int largest = 0;
        for (int channel = 1; channel < parts.length; channel++) {
            if (magnitudes[channel] / parts[channel] > magnitudes[largest] / parts[largest]) {
                largest = channel;
            }
        }
        return largest;
    }

    /** Adds the left operand without the copies, {@code [rows, channels]}. */
    String scaled(GraphBuilder graph, WeightFile weights, String name, String rows) {
        return graph.standard("Mul", List.of(rows, graph.constant(weights.put(name + ".even", scales, scales.length))));
    }

    /**
     * Adds rows to which copies of some of their channels are appended, {@code [rows, channels + copies]}; nothing if there
     * are no copies.
     */
    static String append(GraphBuilder graph, String name, String rows, long[] copies) {
        if (copies.length == 0) {
            return rows;
        }
        String more =
                graph.standard("Gather", List.of(rows, graph.constant(name + ".copies", copies)), attribute("axis", 1));
        return graph.standard("Concat", List.of(rows, more), attribute("axis", 1));
    }

    /** How many bytes of the weight file it takes more than a plain product. */
    static long bytes(int channels, int out) {
        return (long) Float.BYTES * channels + (long) COPIES * out;
    }
}
