package dev.unmask.graph;

import dev.unmask.checkpoint.BertConfig;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The largest magnitude of each channel of the left operands of an encoder's products, over some texts.
 *
 * @param attention of the input of query, key and value, {@code [layers][hidden]}
 * @param context of the attention's context, before the output product, {@code [layers][hidden]}
 * @param intermediate of the feed-forward block's input, {@code [layers][hidden]}
 */
public record Magnitudes(float[][] attention, float[][] context, float[][] intermediate) {
    /** How many rows per layer an observing graph returns. */
    static final int ROWS_A_LAYER = 3;

    /** Equal for every channel, for weights without observations. */
    public static Magnitudes even(BertConfig config) {
        float[] ones = new float[config.hidden()];
        Arrays.fill(ones, 1);
        float[][] all =
                IntStream.range(0, config.layers()).mapToObj(layer -> ones).toArray(float[][]::new);
        return new Magnitudes(all, all, all);
    }

    /**
     * The magnitudes over several texts.
     *
     * @param rows an observing graph's output for one text, {@code [3 * layers][hidden]}, layer by layer in the order
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
