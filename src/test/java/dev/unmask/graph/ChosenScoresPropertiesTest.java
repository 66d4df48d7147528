package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.engine.Choice;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.GraphNames;
import dev.unmask.engine.Row;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the graph chooses of a mask's scores, against the whole row. */
class ChosenScoresPropertiesTest extends GraphFolder {
    private static final int TOKENS = 24;

    @Property(tries = 150)
    void whatIsChosenIsWhatTheWholeRowHolds(
            @ForAll("vocabularies") int vocabulary,
            @ForAll boolean ties,
            @ForAll boolean batches,
            @ForAll Random random)
            throws IOException {
        Path graph = tableOfLogits(vocabulary, ties, random);
        int[][] ids = IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(text -> new int[1 + random.nextInt(TOKENS / 4)])
                .toArray(int[][]::new);
        int[][] masks = Arrays.stream(ids)
                .map(text -> IntStream.range(0, text.length)
                        .filter(position -> position == 0 || random.nextBoolean())
                        .toArray())
                .toArray(int[][]::new);
        Choice[] choices =
                Arrays.stream(ids).map(text -> choice(vocabulary, random)).toArray(Choice[]::new);

        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, batches, any -> true)) {
            List<float[]> whole = copies(engine.scores(ids, masks));
            List<Row> chosen = engine.chosen(ids, masks, choices);

            assertThat(chosen).hasSameSizeAs(whole);
            int row = 0;
            for (int text = 0; text < ids.length; text++) {
                for (int mask = 0; mask < masks[text].length; mask++) {
                    check(chosen.get(row), whole.get(row), choices[text]);
                    row++;
                }
            }
        }
    }

    /** Some are large enough to be divided into groups, one of them is prime. */
    @Provide
    Arbitrary<Integer> vocabularies() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(1, 60)),
                Tuple.of(1, Arbitraries.of(2_050, 3_075, 3_079, 5_200)));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "61,1", "2049,1", "2050,2", "2053,1", "21128,8", "28996,4", "30522,6", "50265,5", "119547,3"})
    void aVocabularyIsDividedIntoEqualGroupsThatAreLargeEnough(int vocabulary, int groups) {
        assertThat(ChosenScores.groups(vocabulary)).isEqualTo(groups);
    }

    /** On a CPU nobody has to choose. */
    @Property(tries = 5)
    void unlessItIsToldOtherwiseAnEngineOnACpuGivesWholeRows(@ForAll Random random) throws IOException {
        Path graph = tableOfLogits(7, false, random);

        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true)) {
            List<Row> rows = engine.chosen(new int[1][1], new int[1][1], new Choice[] {new Choice.Best(1)});

            assertThat(rows).hasSize(1).allMatch(row -> row.tokens() == null);
        }
        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true, any -> true)) {
            List<Row> rows = engine.chosen(new int[1][1], new int[1][1], new Choice[] {new Choice.Best(1)});

            assertThat(rows).hasSize(1).noneMatch(row -> row.tokens() == null);
        }
    }

    /** As a device would whose kernels are broken. */
    @Property(tries = 10)
    void aDeviceThatChoosesWrongIsFoundAtTheWarmUpAndNotAskedAgain(@ForAll Random random) throws IOException {
        Path graph = tableOfLogits(30, false, random);
        Choice[] best = {new Choice.Best(2)};
        try (Engine right = Engine.open(graph, Device.parse("cpu"), 1, true, any -> true)) {
            right.warmUp(2, 5);

            assertThat(right.chosen(new int[1][1], new int[1][1], best)).noneMatch(row -> row.tokens() == null);
        }
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            if (node.getOpType().equals("If")) {
                // The lowest scores instead of the highest.
                node.getAttributeBuilder(0).getGBuilder().getNodeBuilderList().stream()
                        .filter(inner -> inner.getOpType().equals("TopK"))
                        .forEach(inner -> inner.addAttribute(attribute("largest", 0)));
            }
        }
        Files.write(graph, model.build().toByteArray());
        try (Engine wrong = Engine.open(graph, Device.parse("cpu"), 1, true, any -> true)) {
            wrong.warmUp(2, 5);

            assertThat(wrong.chosen(new int[1][1], new int[1][1], best)).allMatch(row -> row.tokens() == null);
        }
    }

    private static Choice choice(int vocabulary, Random random) {
        if (random.nextInt(20) == 0) {
            return Choice.WHOLE;
        }
        if (random.nextBoolean()) {
            return new Choice.Best(1 + random.nextInt(Math.min(vocabulary, random.nextBoolean() ? 9 : 1_024)));
        }
        return new Choice.Among(random.ints(1 + random.nextInt(vocabulary), 0, vocabulary)
                .distinct()
                .sorted()
                .toArray());
    }

    private static void check(Row row, float[] whole, Choice choice) {
        List<Integer> tokens = row.tokens() == null
                ? IntStream.range(0, whole.length).boxed().toList()
                : Arrays.stream(row.tokens()).boxed().toList();
        float[] values = copy(row);
        assertThat(values).hasSameSizeAs(tokens);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo(whole[tokens.get(i)]);
        }
        assertThat(tokens).doesNotHaveDuplicates().containsAll(asked(whole, choice));
    }

    private static List<Integer> asked(float[] whole, Choice choice) {
        if (choice instanceof Choice.Among among) {
            return Arrays.stream(among.tokens()).boxed().toList();
        }
        int count = choice instanceof Choice.Best best ? best.count() : whole.length;
        return IntStream.range(0, whole.length)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> -whole[token]).thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }

    private static float[] copy(Row row) {
        float[] copy = new float[row.values().limit()];
        row.values().get(0, copy);
        return copy;
    }

    private static List<float[]> copies(Rows rows) {
        List<float[]> copies = new ArrayList<>();
        rows.forEach(row -> copies.add(copy(row)));
        return copies;
    }

    /** The logits of a mask are those of its token's place in the batch. */
    private Path tableOfLogits(int vocabulary, boolean ties, Random random) throws IOException {
        GraphBuilder graph = new GraphBuilder("table");
        BatchInputs.exported().forEach(graph::input);
        graph.output(GraphNames.LOGITS, DataType.FLOAT, "masks", vocabulary);
        graph.output(Scores.output(vocabulary));
        ChosenScores chosen = new ChosenScores(vocabulary);
        chosen.outputs().forEach(graph::output);
        TensorProto.Builder table = TensorProto.newBuilder()
                .setName("table")
                .setDataType(DataType.FLOAT.getNumber())
                .addDims(TOKENS)
                .addDims(vocabulary);
        for (int i = 0; i < TOKENS * vocabulary; i++) {
            table.addFloatData(ties ? random.nextInt(4) : (float) random.nextGaussian());
        }
        graph.standardInto(
                GraphNames.LOGITS,
                "Gather",
                List.of(graph.constant(table.build()), GraphNames.MASK_POSITIONS),
                attribute("axis", 0));
        Scores.nodes(Precision.FP32).forEach(graph::add);
        graph.add(chosen.ifWanted());
        Path file = folder.resolve("model.onnx");
        Files.write(file, graph.build().toByteArray());
        return file;
    }
}
