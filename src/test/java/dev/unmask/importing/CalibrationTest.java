package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.graph.Magnitudes;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Manifest;
import dev.unmask.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a checkpoint before it is rounded. */
class CalibrationTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    @TempDir
    private Path folder;

    private Magnitudes magnitudes(int[]... texts) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(TOY)) {
            return Calibration.of(checkpoint, texts, folder, bytes -> {});
        }
    }

    @Test
    void severalTextsHaveTheLargestOfEach() throws IOException {
        int[] one = {2, 20, 30, 3};
        int[] other = {2, 77, 3};

        float[][] first = magnitudes(one).context();
        float[][] second = magnitudes(other).context();
        float[][] both = magnitudes(one, other).context();

        assertThat(both).hasDimensions(2, 32);
        for (int layer = 0; layer < 2; layer++) {
            for (int channel = 0; channel < 32; channel++) {
                assertThat(both[layer][channel])
                        .isPositive()
                        .isEqualTo(Math.max(first[layer][channel], second[layer][channel]));
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theTextsAreOrdinaryOnesThatFit() throws IOException {
        Path entry = folder.resolve("toy");
        new Importer(TOY, "toy", Precision.FP32, Progress.SILENT).into(entry);
        try (Tokenizer tokenizer = Tokenizer.open(entry)) {
            assertThat(List.of(Calibration.texts(tokenizer, 512))).hasSize(24).allSatisfy(ids -> assertThat(ids.length)
                    .isGreaterThan(8));
            assertThat(List.of(Calibration.texts(tokenizer, 5)))
                    .allSatisfy(ids -> assertThat(ids).hasSize(5));
        }
    }

    @Test
    void anImportTellsOfEveryByteAndLeavesNoObservedGraph() throws IOException {
        AtomicLong announced = new AtomicLong();
        AtomicLong written = new AtomicLong();
        Progress progress = new Progress() {
            @Override
            public void begin(String task, long bytes, Unit unit) {
                announced.set(bytes);
            }

            @Override
            public void advance(long bytes) {
                written.addAndGet(bytes);
            }

            @Override
            public void end() {}
        };
        Path entry = folder.resolve("toy");
        Manifest manifest = new Importer(TOY, "toy", Precision.INT8, progress).into(entry);

        assertThat(written).hasValue(announced.get());
        assertThat(manifest.precision()).isEqualTo("int8");
        assertThat(manifest.batches()).isTrue();
        assertThat(manifest.files()).doesNotContainKeys("observed.onnx", "observed.weights");
    }
}
