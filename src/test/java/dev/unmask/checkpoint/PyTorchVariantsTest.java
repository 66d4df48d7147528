package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that torch itself wrote (see make.py beside them) against the safetensors file of the same model. */
class PyTorchVariantsTest {
    private static final Path FILES = Path.of("src/test/resources/pytorch");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float.zip.bin",
                "float.archive.bin",
                "float.old-zip.bin",
                "float.plain-dict.bin",
                "float.parameters.bin",
                "float.strided.bin",
                "float.one-storage.bin",
                "float.extras.bin",
                "float.many.bin",
                "float.legacy.bin",
                "float.legacy-parameters.bin",
                "float.legacy-strided.bin",
                "float.legacy-many.bin",
                "half.zip.bin",
                "half.legacy.bin",
                "bfloat16.zip.bin",
                "bfloat16.legacy.bin",
            })
    void everyTensorAndTheWholeGraphEqualThoseOfTheSafetensorsFile(String name) throws IOException {
        String original = name.substring(0, name.indexOf('.')) + ".safetensors";
        try (TensorSource expected = Safetensors.open(FILES.resolve(original));
                TensorSource found = PyTorchFile.open(FILES.resolve(name))) {
            assertThat(found.names()).containsAll(expected.names());
            assertSameTensors(expected, found);
        }
        assertThat(weights(name, "pytorch_model.bin")).isEqualTo(weights(original, "model.safetensors"));
    }

    static void assertSameTensors(TensorSource expected, TensorSource found) {
        for (String tensor : expected.names()) {
            assertThat(found.tensor(tensor).shape())
                    .as(tensor)
                    .isEqualTo(expected.tensor(tensor).shape());
            assertThat(found.tensor(tensor).dtype())
                    .isEqualTo(expected.tensor(tensor).dtype());
            assertThat(found.tensor(tensor).floats())
                    .as(tensor)
                    .isEqualTo(expected.tensor(tensor).floats());
        }
    }

    /** The weights of the graph that is written: all that its logits are computed from. */
    private byte[] weights(String source, String as) throws IOException {
        Path checkpoint = Files.createDirectory(folder.resolve(source));
        Files.copy(FILES.resolve("config.json"), checkpoint.resolve("config.json"));
        Files.copy(FILES.resolve(source), checkpoint.resolve(as));
        try (Checkpoint opened = Checkpoint.open(checkpoint)) {
            assertThat(opened.files()).containsExactly(checkpoint.resolve("config.json"), checkpoint.resolve(as));
            BertGraph.write(
                    opened, Recipe.fp32(), checkpoint.resolve("graph"), checkpoint.resolve("weights"), bytes -> {});
        }
        return Files.readAllBytes(checkpoint.resolve("weights"));
    }

    @Test
    void halfPrecisionIsRoundedByTorchAndNotByUs() {
        assertRounded("half.zip.bin", 0x1p-11f);
        assertRounded("bfloat16.zip.bin", 0x1p-8f);
    }

    private static void assertRounded(String name, float relative) {
        try (TensorSource expected = Safetensors.open(FILES.resolve("float.safetensors"));
                TensorSource found = PyTorchFile.open(FILES.resolve(name))) {
            for (String tensor : expected.names()) {
                float[] exact = expected.tensor(tensor).floats();
                float[] rounded = found.tensor(tensor).floats();
                for (int i = 0; i < exact.length; i++) {
                    assertThat(rounded[i])
                            .as(tensor)
                            .isCloseTo(exact[i], within(Math.max(Math.abs(exact[i]) * relative, 0x1p-24f)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"float.extras.bin", "float.many.bin", "float.legacy-many.bin"})
    void buffersScalarsEmptyRepeatedAndTiedTensorsAreRead(String name) {
        try (TensorSource found = PyTorchFile.open(FILES.resolve(name))) {
            assertThat(found.tensor("bert.embeddings.position_ids").dtype()).isEqualTo(DType.I64);
            assertThat(found.tensor("bert.embeddings.position_ids").shape()).containsExactly(1, 5);
            assertThat(found.tensor("extra.scalar").shape()).isEmpty();
            assertThat(found.tensor("extra.scalar").floats()).containsExactly(2.5f);
            assertThat(found.tensor("extra.empty").floats()).isEmpty();
            assertThat(found.tensor("extra.wide").shape()).containsExactly(70_000, 0);
            assertThat(found.tensor("extra.wide").floats()).isEmpty();
            assertThat(found.tensor("extra.expanded").floats()).containsExactly(1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f);
            assertThat(found.tensor("cls.predictions.decoder.weight").floats())
                    .isEqualTo(found.tensor("bert.embeddings.word_embeddings.weight")
                            .floats());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"float.many.bin", "float.legacy-many.bin"})
    void hundredsOfViewsIntoOneStorageAreReadWhereTheyBegin(String name) {
        try (TensorSource found = PyTorchFile.open(FILES.resolve(name))) {
            for (int i = 0; i < 120; i++) {
                assertThat(found.tensor("extra.view." + i).floats()).containsExactly(i, i + 1);
            }
        }
    }

    @Test
    void aTransposedTensorIsReadFromAnywhere() {
        try (TensorSource expected = Safetensors.open(FILES.resolve("float.safetensors"));
                TensorSource found = PyTorchFile.open(FILES.resolve("float.strided.bin"))) {
            String name = "bert.encoder.layer.0.output.dense.weight";
            float[] all = expected.tensor(name).floats();
            for (int from = 0; from < all.length; from++) {
                float[] some = new float[all.length - from];
                found.tensor(name).read(from, some, 0, some.length);
                assertThat(some).isEqualTo(Arrays.copyOfRange(all, from, all.length));
            }
        }
    }

    @Test
    void tensorsCannotBeReadOnceTheFileIsClosed() {
        TensorSource found = PyTorchFile.open(FILES.resolve("float.strided.bin"));
        Tensor tensor = found.tensor("cls.predictions.bias");
        found.close();
        found.close();
        assertThatIllegalStateException().isThrownBy(tensor::floats);
    }

    @Test
    void bothFormsOfShardsGiveTheTensorsOfTheWhole() throws IOException {
        for (String index : List.of("model.safetensors.index.json", "pytorch_model.bin.index.json")) {
            Path checkpoint = Files.createDirectory(folder.resolve(index));
            Files.copy(FILES.resolve("config.json"), checkpoint.resolve("config.json"));
            try (var shards =
                    Files.newDirectoryStream(FILES.resolve("sharded"), index.substring(0, index.indexOf('.')) + "*")) {
                for (Path shard : shards) {
                    Files.copy(shard, checkpoint.resolve(shard.getFileName()));
                }
            }
            try (TensorSource expected = Safetensors.open(FILES.resolve("float.safetensors"));
                    TensorSource found =
                            WeightFiles.open(checkpoint).orElseThrow().source();
                    Checkpoint opened = Checkpoint.open(checkpoint)) {
                assertThat(found.names()).isEqualTo(expected.names());
                assertSameTensors(expected, found);
                assertThat(opened.files())
                        .extracting(file -> file.getFileName().toString())
                        .hasSize(4)
                        .startsWith("config.json", index)
                        .allMatch(file -> Files.exists(checkpoint.resolve(file)));
                assertThat(opened.warnings()).isEmpty();
            }
        }
    }
}
