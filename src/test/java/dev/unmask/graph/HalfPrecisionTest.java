package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.GraphNames;
import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fp16 graph, on the CPU, where ONNX Runtime computes in 32 bits and rounds to 16 after each operator. */
class HalfPrecisionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gelu", "gelu_new", "relu"})
    void theLogitsAreThoseOfTheFormulasWithinSixteenBits(String activation) throws IOException {
        RandomBert bert = bert(activation);
        int[][] ids = texts(bert, new Random(7), 3, 40, 1, 17);
        try (Checkpoint checkpoint = written(bert);
                Engine engine = open()) {
            ReferenceBert reference = new ReferenceBert(checkpoint);
            Rows logits = engine.run(ids, lastTokens(ids));
            for (int text = 0; text < ids.length; text++) {
                double[] expected = reference.logits(ids[text])[ids[text].length - 1];
                float[] found = new float[logits.width()];
                logits.read(text, found);
                assertThat(IntStream.range(0, found.length)
                                .mapToDouble(i -> found[i])
                                .toArray())
                        .containsExactly(expected, within(0.01 * range(expected)));
            }
        }
    }

    @Test
    void theEncoderHasSixteenBitsAndTheHeadsHaveThirtyTwo() throws IOException {
        written(bert("gelu")).close();
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(graph()));
        List<TensorProto> weights = model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
                .toList();

        assertThat(weights).allSatisfy(weight -> assertThat(weight.getDataType())
                .as(weight.getName())
                .isEqualTo(
                        weight.getName().startsWith("head") || weight.getName().startsWith("projection")
                                ? DataType.FLOAT.getNumber()
                                : DataType.FLOAT16.getNumber()));
        assertThat(weights.stream().map(TensorProto::getDataType).collect(Collectors.toSet()))
                .hasSize(2);
        assertThat(model.getGraph().getOutputList()).allSatisfy(output -> assertThat(
                        output.getType().getTensorType().getElemType())
                .isEqualTo(
                        output.getName().equals(GraphNames.BEST_INDICES)
                                ? DataType.INT64.getNumber()
                                : DataType.FLOAT.getNumber()));
    }

    @Test
    void numbersAreRoundedToTheNearest() throws IOException {
        float[] values = {1, -2.5f, 65504, 1 + 1 / 2048f, 1 + 3 / 2048f, 0x1p-24f, 0x1p-26f, -0f};
        short[] halves = {0x3C00, (short) 0xC100, 0x7BFF, 0x3C00, 0x3C02, 1, 0, (short) 0x8000};
        Path file = folder.resolve("halves");
        try (WeightFile weights = new WeightFile(file, bytes -> {})) {
            weights.halves().put("values", values, values.length);
        }
        ByteBuffer written = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        short[] found = new short[values.length];
        written.asShortBuffer().get(found);

        assertThat(found).isEqualTo(halves);
        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(channel.size()).isEqualTo(2L * values.length);
        }
    }

    @Test
    void whatIsTooLargeForSixteenBitsIsRefused() throws IOException {
        try (WeightFile weights = new WeightFile(folder.resolve("halves"), bytes -> {})) {
            assertThatThrownBy(() -> weights.halves().put("layer.3.output.bias", new float[] {1, -65600}, 2))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                    .hasMessageContaining("layer.3.output.bias")
                    .hasMessageContaining("fp32");
        }
    }

    private static RandomBert bert(String activation) {
        return new RandomBert(3, 4, 16, 96, 101, 64, activation, 1e-12, "F32", false, 24, 11);
    }

    private Checkpoint written(RandomBert bert) throws IOException {
        bert.write(folder);
        Checkpoint checkpoint = Checkpoint.open(folder);
        BertGraph.write(checkpoint, Recipe.fp16(), graph(), folder.resolve("model.weights"), bytes -> {});
        return checkpoint;
    }

    private Path graph() {
        return folder.resolve("model.onnx");
    }

    private Engine open() {
        return Engine.open(graph(), Device.parse("cpu"), 1, true);
    }

    private static int[][] texts(RandomBert bert, Random random, int... lengths) {
        return IntStream.of(lengths)
                .mapToObj(length -> random.ints(length, 0, bert.vocabulary()).toArray())
                .toArray(int[][]::new);
    }

    private static int[][] lastTokens(int[][] ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(text -> new int[] {ids[text].length - 1})
                .toArray(int[][]::new);
    }

    private static double range(double[] values) {
        return IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i])
                        .max()
                        .orElseThrow()
                - IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i])
                        .min()
                        .orElseThrow();
    }
}
