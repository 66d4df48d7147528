package dev.unmask.graph;

import dev.unmask.checkpoint.BertConfig;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The largest magnitude of each channel that the products of an encoder's layers have on their left, over some texts.
 *
 * @param attention of what query, key and value are made of, {@code [layers][hidden]}
 * @param context of what attention gathers, before its output product, {@code [layers][hidden]}
 * @param intermediate of what goes into the feed-forward block, {@code [layers][hidden]}
 */
public record Magnitudes(float[][] attention, float[][] context, float[][] intermediate) {
    /** How many rows of a layer a graph that observes gives. */
    static final int ROWS_A_LAYER = 3;

    /** The same for every channel, for weights that nothing is known of. */
    public static Magnitudes even(BertConfig config) {
        float[] ones = new float[config.hidden()];
        Arrays.fill(ones, 1);
        float[][] all =
                IntStream.range(0, config.layers()).mapToObj(layer -> ones).toArray(float[][]::new);
        return new Magnitudes(all, all, all);
    }

    /**
     * Those of several texts together.
     *
     * @param rows what a graph that observes gave for one text, {@code [3 * layers][hidden]}, layer by layer in the order
     *     of this record's components
     */
    public static Magnitudes of(float[][] rows) {
        return new Magnitudes(every(rows, 0), every(rows, 1), every(rows, 2));
    }

    private static float[][] every(float[][] rows, int component) {
        return IntStream.range(0, rows.length / ROWS_A_LAYER)
                .mapToObj(layer -> rows[layer * ROWS_A_LAYER + component])
                .toArray(float[][]::new);
    }
}
