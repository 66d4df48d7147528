package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.unmask.checkpoint.Activation;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.Device;
import dev.unmask.engine.MatrixProducts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsGraphTest {
    private static final BertConfig CONFIG =
            new BertConfig("bert", 3, 16, 2, 32, 61, 24, 2, 1e-12, Activation.GELU, true, 128);

    @TempDir
    Path folder;

    private Path graph;

    @BeforeEach
    void write() throws IOException {
        graph = folder.resolve("products.onnx");
        ProductsGraph.write(CONFIG, false, graph, folder.resolve("products.weights"));
    }

    /** ONNX Runtime keeps equal constants once: then all layers' weights would fit into a cache. */
    @Test
    void noTwoMatricesAreEqual() throws IOException {
        byte[] weights = Files.readAllBytes(folder.resolve("products.weights"));
        List<String> matrices = ModelProto.parseFrom(Files.readAllBytes(graph)).getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getExternalDataCount() > 0)
                .map(tensor -> tensor.getDimsList() + Arrays.toString(content(tensor, weights)))
                .toList();

        assertThat(matrices).hasSize(1 + 4 * CONFIG.layers() + 2).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "9,1", "9,4", "3,3", "600,512"})
    void anyNumberOfTokensAndMasksIsMultiplied(int tokens, int masks) {
        try (MatrixProducts products = MatrixProducts.open(graph, Device.parse("cpu"), 1)) {
            assertThatCode(() -> products.multiply(tokens, masks)).doesNotThrowAnyException();
            assertThatCode(() -> products.multiply(tokens, 1)).doesNotThrowAnyException();
        }
    }

    private static byte[] content(TensorProto tensor, byte[] weights) {
        var places = tensor.getExternalDataList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
        int begin = Integer.parseInt(places.get("offset"));
        return Arrays.copyOfRange(weights, begin, begin + Integer.parseInt(places.get("length")));
    }
}
