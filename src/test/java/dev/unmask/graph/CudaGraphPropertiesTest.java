package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Choice;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.GraphNames;
import dev.unmask.engine.Row;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The graph for CUDA, on the CPU: in place of the attention that only CUDA has stands one of standard operators, over all
 * tokens of the batch, whose scores between different texts are ruled out.
 */
class CudaGraphPropertiesTest extends GraphFolder {
    /** Stands before names of the graph in which nodes are put. */
    private static final String OUTER = "outer:";

    private static final Set<String> CUDA_ONLY = Set.of("PackedAttention");

    @Provide
    Arbitrary<RandomBert> checkpoints() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(2, 8),
                        Arbitraries.of(0, 6),
                        Arbitraries.longs())
                .as((layers, heads, headSize, projection, seed) -> new RandomBert(
                        layers, heads, headSize, 24, 61, 16, "gelu", 1e-12, "F32", false, projection, seed));
    }

    @Property(tries = 40)
    void itsAnswersAreThoseOfTheGraphForProcessors(@ForAll("checkpoints") RandomBert bert, @ForAll Random random)
            throws IOException {
        Path graph = written(bert);
        Path simulated = simulated(BertGraph.forCuda(graph));
        int[][] ids = texts(bert, random);
        int[][] masks = Arrays.stream(ids)
                .map(text -> random.ints(random.nextInt(3), 0, text.length).toArray())
                .toArray(int[][]::new);
        masks[0] = new int[] {0};

        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true);
                Engine cuda = Engine.open(simulated, Device.parse("cpu"), 1, true)) {
            compare(engine.run(ids, masks), cuda.run(ids, masks), 0.02);
            compare(engine.scores(ids, masks), cuda.scores(ids, masks), 0.02);
            if (bert.projection() > 0) {
                compare(engine.embed(ids), cuda.embed(ids), 0.01);
            }
        }
    }

    /** In fp32 it has one padded view, on which every provider can work. */
    @Property(tries = 20)
    void inFp32ItsAnswersAreTheSameToTheBit(@ForAll("checkpoints") RandomBert bert, @ForAll Random random)
            throws IOException {
        Path graph = written(bert, Recipe.fp32());
        int[][] ids = texts(bert, random);
        int[][] masks = new int[ids.length][1];

        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true);
                Engine cuda = Engine.open(BertGraph.forCuda(graph), Device.parse("cpu"), 1, true)) {
            assertThat(engine.mixesLengths()).isTrue();
            assertThat(cuda.mixesLengths()).isFalse();
            compare(engine.run(ids, masks), cuda.run(ids, masks), 0);
            if (bert.projection() > 0) {
                compare(engine.embed(ids), cuda.embed(ids), 0);
            }
        }
    }

    @Property(tries = 20)
    void itChoosesTheScoresOfWholeRows(@ForAll("checkpoints") RandomBert bert, @ForAll Random random)
            throws IOException {
        Path simulated = simulated(BertGraph.forCuda(written(bert)));
        int[][] ids = texts(bert, random);
        int[][] masks = new int[ids.length][1];
        Choice[] choices = IntStream.range(0, ids.length)
                .mapToObj(text -> text % 2 == 0 ? new Choice.Best(3) : new Choice.Among(new int[] {text, 40}))
                .toArray(Choice[]::new);

        try (Engine cuda = Engine.open(simulated, Device.parse("cpu"), 1, true, any -> true)) {
            List<Row> chosen = cuda.chosen(ids, masks, choices).stream()
                    .map(CudaGraphPropertiesTest::copy)
                    .toList();
            Rows whole = cuda.scores(ids, masks);
            float[] row = new float[bert.vocabulary()];
            for (int text = 0; text < ids.length; text++) {
                whole.read(text, row);
                assertThat(chosen.get(text).tokens()).hasSizeGreaterThan(1);
                for (int i = 0; i < chosen.get(text).tokens().length; i++) {
                    assertThat(chosen.get(text).values().get(i))
                            .isEqualTo(row[chosen.get(text).tokens()[i]]);
                }
            }
        }
    }

    @Property(tries = 1)
    void bothGraphsReadTheSameWeightsAndTheOneForCudaNeedsNoPaddedView() throws IOException {
        Path graph = written(new RandomBert(2, 2, 8, 24, 61, 16, "gelu", 1e-12, "F32", true, 6, 1));
        GraphProto cpu = ModelProto.parseFrom(Files.readAllBytes(graph)).getGraph();
        GraphProto cuda = ModelProto.parseFrom(Files.readAllBytes(BertGraph.forCuda(graph)))
                .getGraph();

        assertThat(external(cuda)).isEqualTo(external(cpu)).hasSizeGreaterThan(20);
        assertThat(cuda.getInputList().stream().map(ValueInfoProto::getName))
                .containsExactlyInAnyOrder(
                        GraphNames.INPUT_IDS,
                        GraphNames.POSITION_IDS,
                        GraphNames.TEXT_STARTS,
                        GraphNames.TOKEN_OFFSETS,
                        GraphNames.MASK_POSITIONS,
                        GraphNames.BEST,
                        GraphNames.PLACES);
        assertThat(operators(cuda)).contains("PackedAttention").doesNotContain("MultiHeadAttention", "If");
        assertThat(operators(cpu)).doesNotContainAnyElementsOf(CUDA_ONLY);
        assertThat(unused(cuda)).isEmpty();
        assertThat(unused(cpu)).isEmpty();
    }

    private static Row copy(Row row) {
        float[] values = new float[row.tokens().length];
        row.values().get(0, values);
        return new Row(java.nio.FloatBuffer.wrap(values), row.tokens());
    }

    private static Set<String> external(GraphProto graph) {
        return graph.getInitializerList().stream()
                .filter(tensor -> tensor.getExternalDataCount() > 0)
                .map(tensor -> tensor.getName() + tensor.getExternalDataList())
                .collect(Collectors.toSet());
    }

    private static Set<String> operators(GraphProto graph) {
        return graph.getNodeList().stream().map(NodeProto::getOpType).collect(Collectors.toSet());
    }

    private static Set<String> unused(GraphProto graph) {
        Set<String> unused = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> unused.add(tensor.getName()));
        graph.getNodeList().forEach(node -> node.getInputList().forEach(unused::remove));
        return unused;
    }

    private static void compare(Rows expected, Rows found, double tolerance) {
        assertThat(found.size()).isEqualTo(expected.size());
        float[] one = new float[expected.width()];
        float[] other = new float[expected.width()];
        for (int row = 0; row < expected.size(); row++) {
            expected.read(row, one);
            found.read(row, other);
            for (int i = 0; i < one.length; i++) {
                assertThat((double) other[i]).isEqualTo(one[i], within(tolerance * Math.max(1, Math.abs(one[i]))));
            }
        }
    }

    private static int[][] texts(RandomBert bert, Random random) {
        return IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(text -> random.ints(1 + random.nextInt(bert.positions()), 0, bert.vocabulary())
                        .toArray())
                .toArray(int[][]::new);
    }

    private Path written(RandomBert bert) throws IOException {
        return written(bert, Recipe.fp16());
    }

    private Path written(RandomBert bert, Recipe recipe) throws IOException {
        bert.write(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return written(checkpoint, recipe);
        }
    }

    private static Path simulated(Path cudaGraph) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(cudaGraph)).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        for (NodeProto node : nodes) {
            if (node.getOpType().equals("PackedAttention")) {
                standardAttention(node, graph);
            } else {
                graph.addNode(node);
            }
        }
        Path file = cudaGraph.resolveSibling("simulated.onnx");
        Files.write(file, model.build().toByteArray());
        return file;
    }

    /** The operator's definition (onnxruntime, docs/ContribOperators.md). */
    private static void standardAttention(NodeProto packed, GraphProto.Builder into) {
        long heads = packed.getAttribute(0).getI();
        GraphBuilder sub = new GraphBuilder("attention");
        String products = sub.standard(
                "Add",
                List.of(
                        sub.standard("MatMul", List.of(OUTER + packed.getInput(0), OUTER + packed.getInput(1))),
                        OUTER + packed.getInput(2)));
        String shape = sub.standard("Shape", List.of(products));
        String parts = sub.standard("Reshape", List.of(wide(sub, products), sub.constant("parts", 0, 3, heads, -1)));
        String size = sub.standard("Gather", List.of(sub.standard("Shape", List.of(parts)), sub.scalar("last", 3)));
        String all = sub.standard("Transpose", List.of(parts), GraphBuilder.attribute("perm", new long[] {1, 2, 0, 3}));
        String query = sub.standard("Gather", List.of(all, sub.scalar("q", 0)));
        String key = sub.standard("Gather", List.of(all, sub.scalar("k", 1)));
        String value = sub.standard("Gather", List.of(all, sub.scalar("v", 2)));
        String turned = sub.standard("Transpose", List.of(key), GraphBuilder.attribute("perm", new long[] {0, 2, 1}));
        String root = sub.standard("Sqrt", List.of(wide(sub, size)));
        String scores = sub.standard("Div", List.of(sub.standard("MatMul", List.of(query, turned)), root));
        String allowed = sub.standard(
                "Where",
                List.of(sameText(sub, shape, OUTER + packed.getInput(4)), scores, sub.scalar("ruled_out", -1e9f)));
        String shares = sub.standard("Softmax", List.of(allowed), GraphBuilder.attribute("axis", -1L));
        String context = sub.standard(
                "Transpose",
                List.of(sub.standard("MatMul", List.of(shares, value))),
                GraphBuilder.attribute("perm", new long[] {1, 0, 2}));
        String flat = sub.standard("Reshape", List.of(context, sub.constant("flat", 0, -1)));
        sub.standardInto("result", "Cast", List.of(flat), GraphBuilder.attribute("to", DataType.FLOAT16.getNumber()));
        splice(sub.build().getGraph(), packed, into);
    }

    private static String wide(GraphBuilder sub, String value) {
        return sub.standard("Cast", List.of(value), GraphBuilder.attribute("to", DataType.FLOAT.getNumber()));
    }

    /** Whether two tokens are of one text, {@code [tokens, tokens]}. */
    private static String sameText(GraphBuilder sub, String shape, String starts) {
        String tokens = sub.standard("Gather", List.of(shape, sub.scalar("first", 0)));
        String zero = sub.standard("Sub", List.of(tokens, tokens));
        String one = sub.standard("Div", List.of(tokens, tokens));
        String places = sub.standard("Range", List.of(zero, tokens, one));
        String begun = sub.standard(
                "LessOrEqual",
                List.of(
                        sub.standard("Unsqueeze", List.of(whole(sub, starts), sub.constant("column", 1))),
                        sub.standard("Unsqueeze", List.of(places, sub.constant("row", 0)))));
        String text = sub.standard(
                "ReduceSum",
                List.of(whole(sub, begun), sub.constant("over", 0)),
                GraphBuilder.attribute("keepdims", 0L));
        return sub.standard(
                "Equal",
                List.of(
                        sub.standard("Unsqueeze", List.of(text, sub.constant("down", 1))),
                        sub.standard("Unsqueeze", List.of(text, sub.constant("across", 0)))));
    }

    private static String whole(GraphBuilder sub, String value) {
        return sub.standard("Cast", List.of(value), GraphBuilder.attribute("to", DataType.INT64.getNumber()));
    }

    /** Adds nodes whose names are made unique, in place of a node. */
    private static void splice(GraphProto nodes, NodeProto replaced, GraphProto.Builder into) {
        String prefix = replaced.getOutput(0) + ".";
        nodes.getInitializerList()
                .forEach(tensor -> into.addInitializer(tensor.toBuilder().setName(prefix + tensor.getName())));
        for (NodeProto node : nodes.getNodeList()) {
            NodeProto.Builder renamed = node.toBuilder().setName(prefix + node.getName());
            for (int i = 0; i < node.getInputCount(); i++) {
                String input = node.getInput(i);
                renamed.setInput(i, input.startsWith(OUTER) ? input.substring(OUTER.length()) : prefix + input);
            }
            boolean result = node.getOutput(0).equals("result");
            renamed.setOutput(0, result ? replaced.getOutput(0) : prefix + node.getOutput(0));
            into.addNode(renamed);
        }
    }
}
