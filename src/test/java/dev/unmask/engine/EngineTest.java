package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.fault.Fault;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.RandomBert;
import dev.unmask.graph.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running batches on the toy model, whose vocabulary has 165 rows and which has 512 positions. */
class EngineTest {
    private static final int VOCABULARY = 165;
    private static final int[] SHORT = {7, 9, 8};
    private static final int[] LONG = {7, 115, 9, 117, 9, 23, 8};

    @TempDir
    private static Path folder;

    private static Path graph;
    private static Engine engine;

    @BeforeAll
    static void open() throws IOException {
        graph = folder.resolve("model.onnx");
        try (Checkpoint checkpoint = Checkpoint.open(Path.of("src/test/resources/toy-model"))) {
            BertGraph.write(checkpoint, Recipe.fp32(), graph, folder.resolve("model.weights"), bytes -> {});
        }
        engine = Engine.open(graph, Device.parse("cpu"), 2, true);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void anEngineTellsWhatItRunsOn() {
        assertThat(engine.vocabulary()).isEqualTo(VOCABULARY);
        assertThat(engine.threads()).isEqualTo(2);
        assertThat(engine.provider().name()).isEqualTo("CPUExecutionProvider");
        assertThat(engine.runtimeVersion()).matches("1\\.\\d+\\.\\d+");
    }

    @Test
    void everyMaskHasARowInTheOrderOfTheTexts() {
        float[] alone = run(new int[][] {SHORT}, new int[][] {{1}}).get(0);
        List<float[]> both = run(new int[][] {LONG}, new int[][] {{2, 4}});

        List<float[]> batch = run(new int[][] {LONG, SHORT}, new int[][] {{2, 4}, {1}});

        assertThat(batch).hasSize(3);
        assertThat(batch.get(0)).containsExactly(both.get(0), within(1e-5f));
        assertThat(batch.get(1)).containsExactly(both.get(1), within(1e-5f));
        assertThat(batch.get(2)).containsExactly(alone, within(1e-5f));
        assertThat(batch.get(0)[115]).isNotCloseTo(batch.get(1)[115], within(1e-2f));
    }

    /** The buffers of an earlier, larger batch are used again. */
    @Test
    void aSmallBatchAfterALargeOneIsAnsweredAsBefore() {
        List<float[]> before = run(new int[][] {SHORT}, new int[][] {{1}});
        run(new int[][] {LONG, LONG, LONG, new int[300]}, new int[][] {{2, 4}, {2}, {4}, {0, 299}});

        List<float[]> after = run(new int[][] {SHORT}, new int[][] {{1}});

        assertThat(after).hasSize(1);
        assertThat(after.get(0)).containsExactly(before.get(0));
    }

    @Test
    void aTextMayFillAllPositions() {
        assertThat(run(new int[][] {new int[512]}, new int[][] {{511}})).hasSize(1);
    }

    @Test
    void aBatchThatTheGraphRefusesFailsAndTheEngineContinues() {
        assertThatThrownBy(() -> engine.run(new int[][] {new int[513]}, new int[][] {{0}}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ONNX Runtime failed on a batch");
        assertThatThrownBy(() -> engine.run(new int[][] {{7, VOCABULARY, 8}}, new int[][] {{1}}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.run(new int[0][], new int[0][])).isInstanceOf(NoSuchElementException.class);

        assertThat(run(new int[][] {SHORT}, new int[][] {{1}})).hasSize(1);
    }

    @Test
    void aClosedEngineSaysThatTheServiceStopsAndCloseIsHarmlessTwice() {
        Engine closed = Engine.open(graph, Device.parse("cpu"), 1, true);
        closed.close();
        closed.close();

        assertThatThrownBy(() -> closed.run(new int[][] {SHORT}, new int[][] {{1}}))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_READY))
                .hasMessageContaining("stopping");
    }

    /** Closing a session in use would end the process. */
    @Test
    void closingWaitsForTheRunsThatAreUnderWay() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Engine busy = Engine.open(graph, Device.parse("cpu"), 1, true);
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                runs.add(threads.submit(() -> {
                    try {
                        busy.run(new int[][] {new int[200]}, new int[][] {{5}});
                    } catch (Fault closed) {
                        assertThat(closed.kind()).isEqualTo(Fault.Kind.NOT_READY);
                    }
                }));
            }
            runs.get(0).get();
            busy.close();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aBatchWithoutMasksHasNoRows() {
        assertThat(run(new int[][] {SHORT, LONG}, new int[][] {{}, {}})).isEmpty();
    }

    @Test
    void aGraphWithoutEmbeddingsSaysSo() {
        assertThat(engine.embeddingSize()).isEmpty();
        assertThatThrownBy(() -> engine.embed(new int[][] {SHORT}))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("\"embeddings\"");
    }

    @Test
    void embeddingsAndLogitsTakeTurnsOnOneSession() throws IOException {
        Path random = Files.createDirectory(folder.resolve("projecting"));
        new RandomBert(1, 2, 8, 19, 23, 12, "gelu", 1e-12, "F32", false, 16, 5).write(random);
        try (Checkpoint checkpoint = Checkpoint.open(random)) {
            BertGraph.write(
                    checkpoint,
                    Recipe.fp32(),
                    random.resolve("model.onnx"),
                    random.resolve("model.weights"),
                    bytes -> {});
        }
        try (Engine projecting = Engine.open(random.resolve("model.onnx"), Device.parse("cpu"), 1, true)) {
            assertThat(projecting.embeddingSize()).hasValue(16);
            List<float[]> embeddings = rows(projecting.embed(new int[][] {{1, 2, 3}, {4, 5, 6, 7, 8}}));
            List<float[]> logits = rows(projecting.run(new int[][] {{1, 2, 3}}, new int[][] {{1}}));
            float[] alone = rows(projecting.embed(new int[][] {{1, 2, 3}})).get(0);

            assertThat(logits).hasSize(1);
            assertThat(logits.get(0)).hasSize(23);
            assertThat(embeddings).hasSize(2);
            assertThat(embeddings.get(0)).hasSize(16).containsExactly(alone, within(1e-5f));
            assertThat(embeddings.get(1)[0]).isNotCloseTo(alone[0], within(1e-3f));
        }
    }

    @Test
    void warmingUpLeavesAnEngineThatAnswers() {
        List<float[]> before = run(new int[][] {SHORT}, new int[][] {{1}});
        engine.warmUp(3, 60);

        assertThat(run(new int[][] {SHORT}, new int[][] {{1}}).get(0)).containsExactly(before.get(0));
    }

    @Test
    void aBrokenGraphIsRefusedWithASentence() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "this is no protobuf");
        Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(Files.readAllBytes(graph), 2000));

        for (Path file : List.of(broken, cut, folder.resolve("absent.onnx"))) {
            assertThatThrownBy(() -> Engine.open(file, Device.parse("cpu"), 1, true))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                    .hasMessageStartingWith("ONNX Runtime refused the graph " + file.getFileName() + ": ");
        }
    }

    @Test
    void aGraphWithoutLogitsIsRefusedWithASentence() throws IOException {
        ValueInfoProto.Builder vector = ValueInfoProto.newBuilder()
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(4)))));
        ModelProto identity = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName("identity")
                        .addInput(vector.setName("in"))
                        .addOutput(vector.setName(GraphNames.LOGITS))
                        .addNode(NodeProto.newBuilder()
                                .setOpType("Identity")
                                .addInput("in")
                                .addOutput(GraphNames.LOGITS)))
                .build();
        Path file = Files.write(folder.resolve("identity.onnx"), identity.toByteArray());

        assertThatThrownBy(() -> Engine.open(file, Device.parse("cpu"), 1, true))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining("\"logits\"");
    }

    private static List<float[]> run(int[][] ids, int[][] masks) {
        return rows(engine.run(ids, masks));
    }

    private static List<float[]> rows(Rows given) {
        List<float[]> rows = new ArrayList<>();
        for (int row = 0; row < given.size(); row++) {
            float[] values = new float[given.width()];
            given.read(row, values);
            rows.add(values);
        }
        return rows;
    }
}
