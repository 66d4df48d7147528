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
 * @param neurons of the feed-forward block's activations, {@code [layers][intermediate]}
 */
public record Magnitudes(float[][] attention, float[][] context, float[][] intermediate, float[][] neurons) {
    /** Equal for every channel, for weights without observations. */
    public static Magnitudes even(BertConfig config) {
        float[] ones = new float[width(config)];
        Arrays.fill(ones, 1);
        return of(ones, config);
    }

    /**
     * The magnitudes over several texts.
     *
     * @param row the largest values of an observing graph's outputs, {@code [layers * (3 * hidden + intermediate)]}, layer
     *     by layer in the order of this record's components
     */
    public static Magnitudes of(float[] row, BertConfig config) {
        int hidden = config.hidden();
        return new Magnitudes(
                every(row, config, 0, hidden),
                every(row, config, hidden, hidden),
                every(row, config, 2 * hidden, hidden),
                every(row, config, 3 * hidden, config.intermediate()));
    }

    /** How many channels all layers have together. */
    static int width(BertConfig config) {
        return config.layers() * layerWidth(config);
    }

    private static int layerWidth(BertConfig config) {
        return 3 * config.hidden() + config.intermediate();
    }

    private static float[][] every(float[] row, BertConfig config, int from, int channels) {
        return IntStream.range(0, config.layers())
                .map(layer -> layer * layerWidth(config) + from)
                .mapToObj(begin -> Arrays.copyOfRange(row, begin, begin + channels))
                .toArray(float[][]::new);
    }
}
