package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import dev.unmask.graph.ExportedGraph;
import dev.unmask.graph.Exports;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An import opens what it made, asks it a question, and finds out whether texts may share a batch. */
class TrialTest {
    @TempDir
    private Path folder;

    private Path entry() {
        return folder.resolve("store").resolve("model");
    }

    private Manifest imported(Path source) {
        return new Importer(source, "model", Precision.FP32, Progress.SILENT).into(entry());
    }

    private Path rewritten(String export, UnaryOperator<ModelProto> change) throws Exception {
        Path copy = Exports.copy(export, folder);
        Path onnx = copy.resolve("model.onnx");
        Files.write(
                onnx,
                change.apply(ModelProto.parseFrom(Files.readAllBytes(onnx))).toByteArray());
        return copy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-dynamo", "bert-torchscript", "bert-external", "roberta", "modernbert"})
    void textsOfOrdinaryExportsShareBatches(String export) {
        Manifest manifest = imported(Exports.FOLDER.resolve(export));

        assertThat(manifest.batches()).isTrue();
        assertThat(manifest.warnings()).isEmpty();
    }

    @Test
    void textsOfCheckpointsShareBatches() {
        assertThat(imported(Path.of("src/test/resources/toy-model")).batches()).isTrue();
    }

    /** Its scale of activations is taken over the whole batch: made by onnxruntime's quantize_dynamic. */
    @Test
    void aDynamicallyQuantizedExportIsRunATextAtATimeAndAnswersAListAsItsTextsOneByOne() {
        Manifest manifest = imported(Exports.FOLDER.resolve("int8-dynamic"));

        assertThat(manifest.batches()).isFalse();
        assertThat(manifest.warnings()).anyMatch(warning -> warning.contains("runs one text at a time"));
        checkListIsItsTexts();
    }

    /** However little a scale over the batch changes, it is one. */
    @Test
    void aGraphIsKnownByItsOperatorsToTakeScalesOverTheBatch() throws Exception {
        assertThat(ExportedGraph.open(Exports.FOLDER.resolve("int8-dynamic/model.onnx"))
                        .scalesOverBatch())
                .isTrue();
        assertThat(ExportedGraph.open(Exports.FOLDER.resolve("roberta/model.onnx"))
                        .scalesOverBatch())
                .isFalse();
    }

    @Test
    void anExportThatDoesNotMaskItsPaddingIsRunATextAtATime() throws Exception {
        Manifest manifest = imported(rewritten("roberta", TrialTest::unmasked));

        assertThat(manifest.batches()).isFalse();
        checkListIsItsTexts();
    }

    private void checkListIsItsTexts() {
        int[][] texts = {{0, 9, 4, 20, 2}, {0, 4, 7, 8, 9, 10, 11, 12, 4, 2}, {0, 33, 4, 2}};
        int[][] masks = {{2}, {1, 8}, {}};
        StoredModel stored = new StoredModel(entry(), Manifest.read(entry()), StoredModel.State.VERIFIED);
        try (Engine engine = stored.engine(Device.parse("cpu"), 2)) {
            float[][] list = rows(engine.run(texts, masks));

            assertThat(list).hasNumberOfRows(3);
            assertThat(list[0]).containsExactly(rows(engine.run(new int[][] {texts[0]}, new int[][] {masks[0]}))[0]);
            assertThat(new float[][] {list[1], list[2]})
                    .isDeepEqualTo(rows(engine.run(new int[][] {texts[1]}, new int[][] {masks[1]})));
        }
    }

    private static float[][] rows(Rows rows) {
        float[][] values = new float[rows.size()][rows.width()];
        for (int row = 0; row < values.length; row++) {
            rows.read(row, values[row]);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"opset-99", "float16"})
    void whatOnnxRuntimeRefusesIsNotImported(String export) {
        assertRefused(Exports.FOLDER.resolve(export), "ONNX Runtime refused the graph model.onnx: ", "export it again");
    }

    @Test
    void neitherIsAGraphOfAnUnknownFormatOrOperator() throws Exception {
        assertRefused(
                rewritten("roberta", model -> model.toBuilder().setIrVersion(99).build()), "refused the graph", "99");
    }

    @Test
    void neitherIsAGraphWithAnUnknownOperator() throws Exception {
        assertRefused(
                rewritten("roberta", model -> {
                    ModelProto.Builder changed = model.toBuilder();
                    changed.getGraphBuilder().getNodeBuilder(3).setOpType("Nonsense");
                    return changed.build();
                }),
                "refused the graph",
                "Nonsense");
    }

    @Test
    void neitherIsAGraphWhoseNumbersAreNone() throws Exception {
        assertRefused(
                rewritten("roberta", model -> {
                    ModelProto.Builder changed = model.toBuilder();
                    for (TensorProto.Builder tensor : changed.getGraphBuilder().getInitializerBuilderList()) {
                        if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                                && tensor.getDimsCount() == 2) {
                            byte[] bytes = new byte[tensor.getRawData().size()];
                            Arrays.fill(bytes, (byte) 0xff);
                            tensor.setRawData(ByteString.copyFrom(bytes));
                        }
                    }
                    return changed.build();
                }),
                "not finite");
    }

    private void assertRefused(Path source, String... said) {
        assertThatThrownBy(() -> imported(source)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
            assertThat(fault.getMessage()).contains(said).doesNotContain("/onnxruntime_src/", ".partial-");
        });
        assertThat(Files.exists(entry())).isFalse();
        assertThat(folder.resolve("store")).isEmptyDirectory();
    }

    /** Takes ones for the attention mask, whatever it is. */
    private static ModelProto unmasked(ModelProto model) {
        ModelProto.Builder changed = model.toBuilder();
        for (NodeProto.Builder node : changed.getGraphBuilder().getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals("attention_mask")) {
                    node.setInput(i, "all_ones");
                }
            }
        }
        changed.getGraphBuilder()
                .addInitializer(scalar("zero_scalar", 0))
                .addInitializer(scalar("one_scalar", 1))
                .addNode(0, node("Mul", "attention_mask", "zero_scalar", "no_ones"))
                .addNode(1, node("Add", "no_ones", "one_scalar", "all_ones"));
        return changed.build();
    }

    private static NodeProto node(String operator, String left, String right, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addInput(left)
                .addInput(right)
                .addOutput(output)
                .build();
    }

    private static TensorProto scalar(String name, long value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addInt64Data(value)
                .build();
    }
}
