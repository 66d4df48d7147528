package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Graphs whose ends mix operators that work row by row with such as don't: wherever the import cuts, the logits are those
 * of the same graph without a cut.
 */
class MaskCutPropertiesTest extends GraphFolder {
    private static final int VOCABULARY = 7;
    private static final int WIDTH = 4;
    private static final int LENGTH = 5;

    /** Puts a graph together, a step at a time, from {@code [batch, length, WIDTH]} to the same. */
    private static final class Steps {
        private final GraphBuilder graph = new GraphBuilder("steps");
        private final Random random;
        private final List<String> states = new ArrayList<>();
        private int constants;

        Steps(long seed) {
            random = new Random(seed);
            for (String input : new String[] {"input_ids", "attention_mask"}) {
                graph.input(GraphBuilder.value(input, DataType.INT64, "batch", "length"));
            }
            graph.output("logits", DataType.FLOAT, "batch", "length", VOCABULARY);
            states.add(graph.standard("Gather", List.of(floats(VOCABULARY, WIDTH), "input_ids")));
        }

        String floats(long... shape) {
            TensorProto.Builder tensor =
                    TensorProto.newBuilder().setName("constant." + constants++).setDataType(DataType.FLOAT.getNumber());
            long count = 1;
            for (long dimension : shape) {
                tensor.addDims(dimension);
                count *= dimension;
            }
            for (long i = 0; i < count; i++) {
                tensor.addFloatData((float) random.nextGaussian());
            }
            return graph.constant(tensor.build());
        }

        String last() {
            return states.get(states.size() - 1);
        }

        String any() {
            return states.get(random.nextInt(states.size()));
        }

        void add(int kind) {
            states.add(step(kind));
        }

        private String step(int kind) {
            return switch (kind) {
                case 0 -> graph.standard("MatMul", List.of(last(), floats(WIDTH, WIDTH)));
                case 1 -> graph.standard("Add", List.of(floats(WIDTH), last()));
                case 2 -> graph.standard("Add", List.of(last(), any()));
                case 3 -> graph.standard("Mul", List.of(last(), floats()));
                case 4 -> graph.standard("Tanh", List.of(last()));
                case 5 -> norm(-1, WIDTH);
                case 6 -> graph.standard("Sub", List.of(last(), mean(-1)));
                case 7 -> graph.standard("MatMul", List.of(last(), transposed()));
                case 8 -> halves();
                // From here on rows depend on other rows or on their place.
                case 9 -> graph.standard("Sub", List.of(last(), mean(1)));
                case 10 -> graph.standard("Softmax", List.of(last()), GraphBuilder.attribute("axis", 1));
                case 11 -> graph.standard("Add", List.of(last(), floats(LENGTH, WIDTH)));
                case 12 -> graph.standard("Mul", List.of(last(), floats(1, LENGTH, 1)));
                case 13 -> graph.standard("MatMul", List.of(squares(), last()));
                case 14 -> graph.standard("CumSum", List.of(last(), graph.constant("axis." + constants++, 1)));
                default -> graph.standard("MatMul", List.of(last(), floats(2, WIDTH, WIDTH)));
            };
        }

        private String norm(long axis, long width) {
            return graph.standard(
                    "LayerNormalization",
                    List.of(last(), floats(width), floats(width)),
                    GraphBuilder.attribute("axis", axis));
        }

        private String mean(long axis) {
            return graph.standard(
                    "ReduceMean",
                    List.of(last()),
                    AttributeProto.newBuilder()
                            .setName("axes")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addInts(axis)
                            .build());
        }

        private String transposed() {
            return graph.standard("Transpose", List.of(floats(WIDTH, WIDTH)));
        }

        /** A gate as in ModernBERT, which halves the width, and back to the whole. */
        private String halves() {
            List<String> halves = graph.standard("Split", List.of(last()), 2, GraphBuilder.attribute("axis", 2));
            String gated = graph.standard("Mul", halves);
            return graph.standard("MatMul", List.of(gated, floats(WIDTH / 2, WIDTH)));
        }

        /** {@code [batch, length, length]}, as attention's scores. */
        private String squares() {
            return graph.standard("MatMul", List.of(last(), turned()));
        }

        private String turned() {
            return graph.standard(
                    "Transpose",
                    List.of(last()),
                    AttributeProto.newBuilder()
                            .setName("perm")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addInts(0)
                            .addInts(2)
                            .addInts(1)
                            .build());
        }

        ModelProto build() {
            graph.standardInto("logits", "MatMul", List.of(last(), floats(WIDTH, VOCABULARY)));
            return graph.build();
        }
    }

    @Property(tries = 150)
    void logitsAreThoseOfTheWholeGraph(
            @ForAll long seed, @ForAll @Size(max = 8) List<@IntRange(max = 15) Integer> kinds) throws IOException {
        Steps steps = new Steps(seed);
        kinds.forEach(steps::add);
        ModelProto model = steps.build();

        float[] cut = logits(model, "cut", true);
        float[] whole = logits(model, "whole", false);
        for (int i = 0; i < cut.length; i++) {
            // Exponentials of exponentials leave the range of floats, and beyond it there is nothing to compare.
            if (Float.isFinite(whole[i])) {
                assertThat(cut[i]).isCloseTo(whole[i], within(1e-4f * Math.max(1, Math.abs(whole[i]))));
            }
        }
    }

    /** Texts of the same length, since some steps know no padding, in a batch of two for the constant of that size. */
    private float[] logits(ModelProto model, String name, boolean asItIs) throws IOException {
        Path file = folder.resolve(name + ".onnx");
        Files.write(file, model.toByteArray());
        if (!asItIs) {
            Exports.rewrite(file, Exports::unrecognisable);
        }
        ExportedGraph export = ExportedGraph.open(file);
        assertThat(export.headAtMasks()).isEqualTo(asItIs);
        Path graph = folder.resolve(name + ".rewritten.onnx");
        export.write(graph, folder.resolve(name + ".weights"), 0, VOCABULARY, bytes -> {});
        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true)) {
            Rows logits = engine.run(new int[][] {{1, 2, 3, 4, 5}, {6, 5, 0, 2, 2}}, new int[][] {{0, 3}, {4, 1, 2}});
            float[] all = new float[logits.size() * VOCABULARY];
            float[] row = new float[VOCABULARY];
            for (int i = 0; i < logits.size(); i++) {
                logits.read(i, row);
                System.arraycopy(row, 0, all, i * VOCABULARY, VOCABULARY);
            }
            return all;
        }
    }
}
