package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What writing a graph makes, besides its numbers. */
class BertGraphTest {
    private static final RandomBert TIED = new RandomBert(2, 2, 3, 5, 13, 7, "gelu", 1e-12, "F32", false, 1);

    @TempDir
    private Path folder;

    private Path graph;
    private Path weights;

    @BeforeEach
    void name() {
        graph = folder.resolve("model.onnx");
        weights = folder.resolve("model.weights");
    }

    @ParameterizedTest
    @CsvSource({"FP32, false", "FP32, true", "FP16, true", "INT8, true"})
    void progressAddsUpToTheBytesThatWereForetold(Precision precision, boolean ownDecoder) throws IOException {
        RandomBert bert = new RandomBert(2, 2, 3, 5, 13, 7, "gelu", 1e-12, "F32", ownDecoder, 1);
        bert.write(folder);
        AtomicLong written = new AtomicLong();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Recipe recipe = Recipe.uncalibrated(precision, checkpoint.config());
            BertGraph.write(checkpoint, recipe, graph, weights, written::addAndGet);
            assertThat(written).hasValue(BertGraph.weightBytes(checkpoint, recipe));
        }
    }

    @Test
    void theGraphIsBesideItsWeightsWhereverTheyAreMoved() throws IOException {
        write(TIED);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.move(weights, elsewhere.resolve(weights.getFileName()));
        Path moved = Files.move(graph, elsewhere.resolve("other.onnx"));

        try (Engine engine = Engine.open(moved, Device.parse("cpu"), 1, true)) {
            assertThat(engine.vocabulary()).isEqualTo(13);
        }
    }

    @Test
    void withoutItsWeightsTheGraphIsRefused() throws IOException {
        write(TIED);
        Files.delete(weights);

        assertThatThrownBy(() -> Engine.open(graph, Device.parse("cpu"), 1, true))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageStartingWith("ONNX Runtime refused the graph model.onnx: ");
    }

    @Test
    void weightsThatExistAreNotWrittenOver() throws IOException {
        Files.writeString(weights, "someone's");

        assertThatThrownBy(() -> write(TIED)).isInstanceOf(IOException.class);
        assertThat(weights).hasContent("someone's");
    }

    /** An interrupt closes the channel under the writer, as a full disk would stop it. */
    @Test
    void aFailureToWriteIsAnIoException() throws IOException {
        TIED.write(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() ->
                            BertGraph.write(checkpoint, Recipe.fp32(), graph, weights, bytes -> Thread.currentThread()
                                    .interrupt()))
                    .isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aWeightThatIsNoFiniteNumberIsRefusedByItsTensor(float broken) throws IOException {
        TIED.write(folder);
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        // The last tensor's last element, whichever that is.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - Float.BYTES, broken);
        Files.write(file, bytes);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> BertGraph.write(checkpoint, Recipe.fp32(), graph, weights, written -> {}))
                    .isInstanceOf(Fault.class)
                    .hasMessageMatching("The tensor \"[\\w.]+\" has a value that is not finite \\(element \\d+\\);"
                            + " the checkpoint is damaged\\.");
        }
    }

    private void write(RandomBert bert) throws IOException {
        bert.write(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            BertGraph.write(checkpoint, Recipe.fp32(), graph, weights, bytes -> {});
        }
    }
}
