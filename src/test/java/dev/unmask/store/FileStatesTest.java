package dev.unmask.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.importing.Importer;
import dev.unmask.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry whose files are replaced between their verification and their use. */
class FileStatesTest {
    @TempDir
    private Path folder;

    private Path entry;
    private StoredModel model;

    @BeforeEach
    void open() {
        entry = folder.resolve("toy");
        new Importer(Path.of("src/test/resources/toy-model"), "toy", Precision.FP32, Progress.SILENT).into(entry);
        model = ModelStore.openEntry(entry, Precision.AUTO);
    }

    private void assertRefused(String name) {
        assertThatThrownBy(model::requireUnchanged)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void whatStaysAsItIsIsServed() {
        assertThatCode(model::requireUnchanged).doesNotThrowAnyException();
    }

    /** By a file of the same size and time, as a careful copy makes. */
    @ParameterizedTest
    @ValueSource(strings = {"model.weights", "model.onnx", "tokenizer.json", "config.json"})
    void aReplacedFileIsNamed(String name) throws IOException {
        Path file = entry.resolve(name);
        FileTime time = Files.getLastModifiedTime(file);
        Path other = folder.resolve("other");
        Files.copy(file, other);
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertRefused(name);
    }

    @Test
    void aFileThatIsOverwrittenIsNamed() throws IOException {
        Path file = entry.resolve("tokenizer.json");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 2] ^= 1;
        Files.write(file, bytes);

        assertRefused("tokenizer.json");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        Files.delete(entry.resolve("model.onnx"));

        assertRefused("model.onnx");
    }
}
