package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a checkpoint lies in what was downloaded. */
class ModelFolderTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path folder;

    private Path checkpoint(String path) throws IOException {
        Path made = Files.createDirectories(folder.resolve(path));
        Files.writeString(made.resolve("config.json"), "{}");
        return made.toRealPath();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "model", "mlflow_model_folder/data/model", "a/b/c/d"})
    void theOneCheckpointIsFoundAFewLevelsDeep(String path) throws IOException {
        Path made = checkpoint("azure/" + path);

        ModelFolder found = ModelFolder.find(folder.resolve("azure"));

        assertThat(found.path()).isEqualTo(made);
        assertThat(found.name()).isEqualTo("azure");
        assertThat(found.origin()).isEqualTo(new Origin("azure", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/c/d/e", ".hidden"})
    void deeperAndHiddenFoldersAreNotSearched(String path) throws IOException {
        checkpoint("azure/" + path);

        assertThat(ModelFolder.find(folder.resolve("azure")).path())
                .isEqualTo(folder.resolve("azure").toRealPath());
    }

    @Test
    void aCheckpointsOwnFoldersAreNoOtherModels() throws IOException {
        Path made = checkpoint("hub");
        checkpoint("hub/onnx");

        assertThat(ModelFolder.find(folder.resolve("hub")).path()).isEqualTo(made);
    }

    @Test
    void severalCheckpointsAreRefusedWithTheirNames() throws IOException {
        checkpoint("two/b");
        checkpoint("two/a/model");

        assertThatThrownBy(() -> ModelFolder.find(folder.resolve("two")))
                .message()
                .contains(folder.resolve("two").toString(), "2 checkpoints", "a/model, b");
    }

    /** The layout of the hub's own cache, with its links. */
    @Test
    void aSnapshotOfTheHubsCacheKeepsItsNameAndCommit() throws IOException {
        Path cache = folder.resolve("models--acme--toy-bert");
        Path snapshot = Files.createDirectories(cache.resolve("snapshots").resolve(COMMIT));
        Files.createDirectories(cache.resolve("blobs"));
        for (String name : names(TOY)) {
            Files.copy(TOY.resolve(name), cache.resolve("blobs").resolve("blob-of-" + name));
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/blob-of-" + name));
        }

        for (Path given : new Path[] {snapshot, cache}) {
            ModelFolder found = ModelFolder.find(given);
            assertThat(found.name()).isEqualTo("toy-bert");
            assertThat(found.origin()).isEqualTo(new Origin("hf://acme/toy-bert@" + COMMIT, COMMIT));
        }
        ModelFolder found = ModelFolder.find(snapshot);
        Path entry = folder.resolve("store/toy");
        Manifest manifest = new Importer(
                        found.path(), "toy", ImportChoices.at(Precision.FP32), Progress.SILENT, found.origin())
                .into(entry);
        assertThat(manifest.revision()).isEqualTo(COMMIT);
        Digests.verify(entry, manifest);
    }
}
