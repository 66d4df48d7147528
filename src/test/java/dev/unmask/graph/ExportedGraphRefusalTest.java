package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX files that are no standard export of a masked language model, each refused in a sentence that says why. */
class ExportedGraphRefusalTest {
    @TempDir
    private Path folder;

    private Path export(String name, String file) throws IOException {
        return Exports.copy(name, Files.createTempDirectory(folder, "export")).resolve(file);
    }

    private void refused(Consumer<GraphProto.Builder> change, String message) throws IOException {
        Path file = export("bert-dynamo", "model.onnx");
        Exports.rewrite(file, change);
        assertRefused(file, message);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> ExportedGraph.open(file))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining(message)
                .hasMessageContaining("model.onnx")
                .hasMessageNotContaining(file.getParent().toString());
    }

    @Test
    void inputsThatAreMissingOrUnknown() throws IOException {
        refused(graph -> graph.removeInput(0), "has no input \"input_ids\" but attention_mask, token_type_ids");
        refused(graph -> graph.removeInput(1), "has no input \"attention_mask\" but input_ids, token_type_ids");
        refused(ExportedGraphRefusalTest::clearInputs, "has no input \"input_ids\" but none");
        refused(
                graph -> graph.addInput(graph.getInput(0).toBuilder().setName("position\nids")),
                "has an unknown input \"position?ids\"");
    }

    private static void clearInputs(GraphProto.Builder graph) {
        graph.clearInput();
    }

    /** Each node of several exports in turn, with fewer inputs and outputs than it must have. */
    @Test
    void nodesThatLackInputsOrOutputsAreNotAReasonToFail() throws IOException {
        List<Consumer<NodeProto.Builder>> damages = List.of(
                NodeProto.Builder::clearInput,
                NodeProto.Builder::clearOutput,
                NodeProto.Builder::clearAttribute,
                node -> {
                    List<String> inputs = List.copyOf(node.getInputList());
                    node.clearInput();
                    inputs.stream().limit(1).forEach(node::addInput);
                });
        for (String name : List.of("bert-dynamo", "roberta", "modernbert")) {
            Path file = export(name, "model.onnx");
            ModelProto intact = ModelProto.parseFrom(Files.readAllBytes(file));
            for (int node = 0; node < intact.getGraph().getNodeCount(); node++) {
                for (Consumer<NodeProto.Builder> damage : damages) {
                    ModelProto.Builder damaged = intact.toBuilder();
                    damage.accept(damaged.getGraphBuilder().getNodeBuilder(node));
                    Files.write(file, damaged.build().toByteArray());
                    try {
                        assertThat(ExportedGraph.open(file).files()).contains(file);
                    } catch (Fault refused) {
                        assertThat(refused.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
                    }
                }
            }
        }
    }

    @Test
    void inputsOfOtherTypesAndShapes() throws IOException {
        refused(
                graph -> tensor(graph.getInputBuilder(0)).setElemType(DataType.INT32.getNumber()),
                "has its input \"input_ids\" as INT32; it must be INT64");
        refused(
                graph -> tensor(graph.getInputBuilder(0)).setElemType(77),
                "has its input \"input_ids\" as type 77; it must be INT64");
        refused(
                graph -> tensor(graph.getInputBuilder(1)).getShapeBuilder().removeDim(1),
                "has its input \"attention_mask\" with 1 dimensions; it must have two");
        refused(
                graph -> tensor(graph.getInputBuilder(2))
                        .getShapeBuilder()
                        .getDimBuilder(1)
                        .setDimValue(128),
                "fixes a dimension of its input \"token_type_ids\" at 128");
    }

    @Test
    void outputsThatAreNotLogits() throws IOException {
        refused(
                graph -> graph.getOutputBuilder(0).setName("last_hidden_state"),
                "has no output \"logits\" but last_hidden_state");
        refused(
                graph -> tensor(graph.getOutputBuilder(0)).setElemType(DataType.FLOAT16.getNumber()),
                "has \"logits\" as FLOAT16; it must be FLOAT");
        refused(
                graph -> tensor(graph.getOutputBuilder(0)).getShapeBuilder().removeDim(1),
                "has \"logits\" with 2 dimensions; it must have three");
        refused(
                graph -> tensor(graph.getOutputBuilder(0))
                        .getShapeBuilder()
                        .getDimBuilder(2)
                        .setDimValue(-4),
                "has -4 logits per position");
    }

    private static ai.onnx.proto.OnnxMl.TypeProto.Tensor.Builder tensor(ValueInfoProto.Builder value) {
        return value.getTypeBuilder().getTensorTypeBuilder();
    }

    @Test
    void anOldOpset() throws IOException {
        Path file = export("bert-dynamo", "model.onnx");
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        model.getOpsetImportBuilder(0).setVersion(10);
        Files.write(file, model.build().toByteArray());

        assertRefused(file, "is written in ONNX opset 10; supported are 11 and later");
    }

    @Test
    void filesThatAreNotOnnx() throws IOException {
        Path file = export("bert-dynamo", "model.onnx");
        for (String content : new String[] {"", "{}", "version https://git-lfs.github.com/spec/v1\n"}) {
            Files.writeString(file, content);
            assertRefused(file, "is not an ONNX model");
        }
    }

    @Test
    void weightsThatDoNotFitTheirShape() throws IOException {
        refused(graph -> large(graph).setDims(0, large(graph).getDims(0) + 1), "its shape and type need");
        refused(graph -> large(graph).setDims(0, Long.MAX_VALUE), "has a shape that exceeds any file");
        refused(graph -> large(graph).setDims(0, -1), "has a shape that exceeds any file");
    }

    private static TensorProto.Builder large(GraphProto.Builder graph) {
        return graph.getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getRawData().size() > 2000)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            location | missing.bin       | is in missing.bin, which is missing beside it
            location | ../model.onnx     | is in "../model.onnx"; only the plain name of a file beside the graph is allowed
            location | /etc/hostname     | is in "/etc/hostname"; only the plain name
            location | ..                | is in ".."; only the plain name
            location | a\\b               | is in "a\\b"; only the plain name
            location | ''                | is in ""; only the plain name
            offset   | 181504            | which has 181504; it is incomplete
            offset   | 9223372036854775807 | it is incomplete
            offset   | -1                | has the offset -1, which is negative
            offset   | x                 | has the offset "x", which is not a number
            length   | 12                | says that it has 12 bytes; its shape and type need
            length   | 1e9               | has the length "1e9", which is not a number
            """)
    void externalDataThatIsNotWhereItShouldBe(String key, String value, String message) throws IOException {
        Path file = export("bert-external", "onnx/model.onnx");
        Exports.rewrite(file, graph -> {
            TensorProto.Builder tensor = graph.getInitializerBuilderList().stream()
                    .filter(candidate -> candidate.getDataLocation() == DataLocation.EXTERNAL)
                    .findFirst()
                    .orElseThrow();
            for (StringStringEntryProto.Builder entry : tensor.getExternalDataBuilderList()) {
                if (entry.getKey().equals(key)) {
                    entry.setValue(value);
                }
            }
        });
        assertRefused(file, message);
    }

    @Test
    void externalDataOfANode() throws IOException {
        refused(
                graph -> graph.getNodeBuilder(0)
                        .addAttributeBuilder()
                        .setName("value")
                        .setT(TensorProto.newBuilder().setDataLocation(DataLocation.EXTERNAL)),
                "with external data; that is only supported for initializers");
    }

    @Test
    void anUnknownTypeOfExternalData() throws IOException {
        Path file = export("bert-external", "onnx/model.onnx");
        Exports.rewrite(file, graph -> graph.getInitializerBuilderList().stream()
                .filter(candidate -> candidate.getDataLocation() == DataLocation.EXTERNAL)
                .findFirst()
                .orElseThrow()
                .setDataType(99));
        assertRefused(file, "is of type 99, which is not supported as raw data");
    }
}
