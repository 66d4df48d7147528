package dev.unmask.importing;

import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.text.SpecialTokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The first runs of a newly written graph, on the CPU: whether ONNX Runtime accepts it, whether its logits are finite, and
 * whether a text's logits are the same alone and in a batch.
 *
 * @param engine runs the graph
 * @param special ids of the special tokens
 * @param positions the most tokens of a text
 * @param tolerance as a share of the range of logits
 */
record Trial(Engine engine, SpecialTokens special, int positions, float tolerance) {
    /**
     * By how much logits may differ, as a share of their range: sums in another order differ by a millionth (in fp16 by
     * some ten-thousandths, after rounding), a scale over the batch by some hundredths.
     */
    private static final float TOLERANCE = 1e-4f;

    private static final float HALF_TOLERANCE = 5e-3f;

    private static final int SHORT = 7;
    private static final int LONG = 40;
    private static final int COMPANY = 5;

    /**
     * Tries a graph.
     *
     * @param graph the ONNX file, with its weights beside it
     * @param special ids of the special tokens
     * @param positions the most tokens of a text
     * @param precision of the graph
     * @return whether texts may run together
     * @throws Fault of kind MODEL_REFUSED when it can't be opened or run, or its logits are not finite
     */
    static boolean of(Path graph, SpecialTokens special, int positions, Precision precision) {
        float tolerance = precision == Precision.FP16 ? HALF_TOLERANCE : TOLERANCE;
        try (Engine engine =
                Engine.open(graph, Device.parse("cpu"), Runtime.getRuntime().availableProcessors(), true)) {
            return new Trial(engine, special, positions, tolerance).independent();
        } catch (Fault refused) {
            throw refused.kind() == Fault.Kind.MODEL_REFUSED ? withWayOut(refused) : refused;
        } catch (IllegalStateException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw Fault.modelRefused(
                    "The graph can be opened, but fails to run: %s.".formatted(cause.getMessage()), failed);
        }
    }

    private static Fault withWayOut(Fault refused) {
        return Fault.modelRefused(
                refused.getMessage()
                        + " If it is an ONNX export, export it again with an opset that this ONNX Runtime supports, and in"
                        + " 32-bit floats.",
                refused);
    }

    private boolean independent() {
        int[][] texts = IntStream.range(0, COMPANY)
                .mapToObj(number -> text(number, number % 2 == 0 ? SHORT : LONG))
                .toArray(int[][]::new);
        float[][] alone = Arrays.stream(texts).map(text -> logits(text)[0]).toArray(float[][]::new);
        checkNumbers(alone);
        if (engine.embeddingSize().isPresent()) {
            float[] embedding = new float[engine.embeddingSize().getAsInt()];
            engine.embed(new int[][] {texts[0]}).read(0, embedding);
            checkNumbers(new float[][] {embedding});
        }
        // With one longer text, which pads the first; and all of them together.
        return same(logits(texts[0], texts[1]), alone) && same(logits(texts), alone);
    }

    /** A text with a mask in the middle; its other tokens are spread over the vocabulary. */
    private int[] text(int number, int length) {
        int[] ids = new int[Math.min(length, positions)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.floorMod((number + 1) * 7919 + i * 104_729, engine.vocabulary());
            if (ids[i] == special.pad() || ids[i] == special.mask()) {
                ids[i] = special.unknown();
            }
        }
        ids[0] = special.cls();
        ids[ids.length - 1] = special.sep();
        ids[ids.length / 2] = special.mask();
        return ids;
    }

    private float[][] logits(int[]... texts) {
        int[][] masks =
                Arrays.stream(texts).map(text -> new int[] {text.length / 2}).toArray(int[][]::new);
        Rows rows = engine.run(texts, masks);
        float[][] logits = new float[texts.length][rows.width()];
        for (int row = 0; row < texts.length; row++) {
            rows.read(row, logits[row]);
        }
        return logits;
    }

    /** A piece that can't be predicted may have a logit of minus infinity. */
    private static void checkNumbers(float[][] rows) {
        for (float[] row : rows) {
            float most = Float.NEGATIVE_INFINITY;
            for (float value : row) {
                most = Math.max(most, value);
            }
            if (!Float.isFinite(most)) {
                throw Fault.modelRefused(
                        "The graph runs, but its logits are not finite; its weights are damaged, or too large for"
                                + " its precision.");
            }
        }
    }

    private boolean same(float[][] together, float[][] alone) {
        for (int row = 0; row < together.length; row++) {
            float allowed = tolerance * Math.max(1e-3f, range(alone[row]));
            for (int i = 0; i < together[row].length; i++) {
                float one = alone[row][i];
                float other = together[row][i];
                if (one != other && !(Math.abs(one - other) <= allowed)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static float range(float[] logits) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            if (Float.isFinite(logit)) {
                least = Math.min(least, logit);
                most = Math.max(most, logit);
            }
        }
        return most - least;
    }
}
