package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSourceTest {
    @TempDir
    Path folder;

    private TensorSource open(String index) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), index);
        return WeightFiles.open(folder).orElseThrow().source();
    }

    private ThrowableAssertAlternative<Fault> refused(String index) {
        return assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> open(index).close())
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED));
    }

    private void shard(String file, String... tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String tensor : tensors) {
            writer.floats(tensor, new long[] {1}, file.length());
        }
        Files.write(folder.resolve(file), writer.file());
    }

    @Test
    void tensorsComeFromTheFileThatTheIndexSays() throws IOException {
        shard("a", "x", "y");
        shard("bb", "z");
        try (TensorSource source = open("{\"weight_map\":{\"z\":\"bb\",\"x\":\"a\",\"y\":\"a\"}}")) {
            assertThat(source.names()).containsExactlyInAnyOrder("x", "y", "z");
            assertThat(source.tensor("x").floats()).containsExactly(1);
            assertThat(source.tensor("z").floats()).containsExactly(2);
            assertThatExceptionOfType(Fault.class)
                    .isThrownBy(() -> source.tensor("w"))
                    .withMessage("model.safetensors.index.json has no tensor \"w\".");
        }
    }

    @Test
    void tensorsThatTheIndexForgotAreThereAsInTransformers() throws IOException {
        shard("a", "x", "forgotten");
        try (TensorSource source = open("{\"weight_map\":{\"x\":\"a\"}}")) {
            assertThat(source.names()).containsExactlyInAnyOrder("x", "forgotten");
        }
    }

    @Test
    void aMissingShardIsRefusedByName() throws IOException {
        shard("a", "x");
        refused("{\"weight_map\":{\"x\":\"a\",\"y\":\"b\"}}")
                .withMessage("model.safetensors.index.json names the file \"b\", which is not there."
                        + " Is the download complete?");
    }

    @Test
    void aTensorThatIsNotInItsShardIsRefusedByName() throws IOException {
        shard("a", "x");
        shard("bb", "z");
        refused("{\"weight_map\":{\"x\":\"a\",\"z\":\"a\",\"w\":\"bb\"}}")
                .withMessageContaining("says that tensor \"")
                .withMessageContaining("but it isn't");
    }

    @Test
    void aTensorInTwoShardsIsRefused() throws IOException {
        shard("a", "x");
        shard("bb", "z", "x");
        refused("{\"weight_map\":{\"x\":\"a\",\"z\":\"bb\"}}")
                .withMessageContaining("tensor \"x\" is in \"bb\" and in another file as well");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../a", "sub/a", "/etc/passwd", "..", ".", "", "..\\\\a", "C:a", "C:\\\\a", "a\\u0000", "a\\n"})
    void namesThatAreNotPlainAreRefused(String name) throws IOException {
        shard("a", "x");
        refused("{\"weight_map\":{\"x\":\"" + name + "\"}}")
                .withMessageStartingWith("model.safetensors.index.json: weight_map names the file ")
                .withMessageContaining("the plain name of a file beside the index is allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"weight_map\":{}}",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{\"x\":1}}",
                "{\"weight_map\":{\"x\":\"a\",\"x\":\"a\"}}",
                "{\"weight_map\":{\"x\":\"a\"}",
                "{\"weight_map\":{\"x\":\"a\"}} {}",
            })
    void whatIsNotAnIndexIsRefused(String index) throws IOException {
        shard("a", "x");
        refused(index).withMessageStartingWith("model.safetensors.index.json");
    }

    @Test
    void endlessIndexesAreRefused() {
        refused("{\"weight_map\":{\"x\":\"" + "a".repeat(ConfigJson.MOST_INDEX_BYTES) + "\"}}")
                .withMessageContaining("is longer than 8388608 bytes");
        refused("{\"weight_map\":" + "[".repeat(100_000)).withMessageContaining("not valid JSON");
    }

    @Test
    void aDamagedShardIsRefusedByItsOwnName() throws IOException {
        shard("a", "x");
        Files.write(folder.resolve("bb"), new byte[7]);
        refused("{\"weight_map\":{\"x\":\"a\",\"z\":\"bb\"}}").withMessageStartingWith("bb is 7 bytes long");
    }

    @Test
    void theOrderOfPreferenceIsThatOfTransformers() throws IOException {
        Path files = Path.of("src/test/resources/pytorch");
        String[] names = {
            "pytorch_model.bin.index.json", "pytorch_model.bin", "model.safetensors.index.json", "model.safetensors"
        };
        for (String name : names) {
            Path from = name.endsWith("json")
                    ? files.resolve("sharded").resolve(name)
                    : files.resolve(name.replace("pytorch_model", "float.zip").replace("model", "float"));
            Files.copy(from, folder.resolve(name));
            try (var shards = Files.newDirectoryStream(files.resolve("sharded"), "*-of-*")) {
                for (Path shard : shards) {
                    if (!Files.exists(folder.resolve(shard.getFileName()))) {
                        Files.copy(shard, folder.resolve(shard.getFileName()));
                    }
                }
            }
            WeightFiles opened = WeightFiles.open(folder).orElseThrow();
            opened.source().close();
            assertThat(opened.files().get(0)).isEqualTo(folder.resolve(name));
        }
    }
}
