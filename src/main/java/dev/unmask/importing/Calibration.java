package dev.unmask.importing;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Magnitudes;
import dev.unmask.graph.Recipe;
import dev.unmask.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Measures a checkpoint in fp32 before quantization: which of its channels are large on typical texts. The texts are fixed
 * sentences of synthetic reports, from the grammar that the demo was trained on.
 */
final class Calibration {
    private static final String TEXTS = "calibration.txt";
    private static final String GRAPH = "observed.onnx";
    private static final String WEIGHTS = "observed.weights";

    private Calibration() {}

    /**
     * Token ids of the texts, each cut to the model's positions.
     *
     * @throws IOException when they can't be read
     */
    static int[][] texts(Tokenizer tokenizer, int positions) throws IOException {
        try (InputStream file = Calibration.class.getResourceAsStream(TEXTS);
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(text -> tokenizer.encode(text, true))
                    .map(ids -> Arrays.copyOf(ids, Math.min(ids.length, positions)))
                    .toArray(int[][]::new);
        }
    }

    /**
     * The magnitudes of a checkpoint's channels.
     *
     * @param texts token ids, at least one text
     * @param folder a folder for a temporary fp32 graph
     * @param written receives the bytes of each written piece
     * @throws IOException when the graph can't be written
     */
    static Magnitudes of(Checkpoint checkpoint, int[][] texts, Path folder, LongConsumer written) throws IOException {
        Path graph = folder.resolve(GRAPH);
        Path weights = folder.resolve(WEIGHTS);
        try {
            BertGraph.write(checkpoint, Recipe.observed(), graph, weights, written);
            int threads = Runtime.getRuntime().availableProcessors();
            try (Engine engine = Engine.open(graph, Device.parse("cpu"), threads, true)) {
                return Magnitudes.of(largest(engine, texts), checkpoint.config());
            }
        } finally {
            Files.deleteIfExists(graph);
            Files.deleteIfExists(weights);
        }
    }

    private static float[] largest(Engine engine, int[][] texts) {
        float[] largest = null;
        for (int[] text : texts) {
            Rows rows = engine.magnitudes(new int[][] {text});
            float[] one = new float[rows.width()];
            rows.read(0, one);
            largest = largest == null ? one : larger(largest, one);
        }
        return largest;
    }

    private static float[] larger(float[] one, float[] other) {
        for (int channel = 0; channel < one.length; channel++) {
            one[channel] = Math.max(one[channel], other[channel]);
        }
        return one;
    }
}
