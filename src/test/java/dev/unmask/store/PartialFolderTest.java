package dev.unmask.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders in the making, and what killed processes leave of them. */
class PartialFolderTest {
    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void name() {
        store = folder.resolve("store");
    }

    @Test
    void whatIsPublishedIsThereWholeAndNothingElse() throws IOException {
        try (PartialFolder partial = PartialFolder.of(store.resolve("model"))) {
            Files.writeString(partial.path().resolve("file"), "whole");
            assertThat(store.resolve("model")).doesNotExist();
            partial.publish();
        }

        assertThat(store.resolve("model/file")).hasContent("whole");
        assertThat(names(store)).containsExactly("model");
    }

    @Test
    void whatIsNotPublishedIsRemoved() throws IOException {
        try (PartialFolder partial = PartialFolder.of(store.resolve("model"))) {
            Files.writeString(partial.path().resolve("file"), "half");
        }

        assertThat(store).isEmptyDirectory();
    }

    @Test
    void whatAKilledImportLeftIsRemovedByTheNext() throws IOException {
        Path left = Files.createDirectories(store.resolve(".model.partial-0b2a"));
        Files.writeString(left.resolve("model.weights"), "half");
        Files.writeString(store.resolve(".model.partial-0b2a.lock"), "");
        Files.createDirectories(store.resolve(".other.partial-77"));

        PartialFolder.of(store.resolve("next")).close();

        assertThat(store).isEmptyDirectory();
    }

    @Test
    void anImportThatIsUnderWayIsLeftAlone() throws IOException {
        try (PartialFolder underWay = PartialFolder.of(store.resolve("model"))) {
            Files.writeString(underWay.path().resolve("file"), "half");

            PartialFolder.of(store.resolve("next")).close();

            assertThat(underWay.path().resolve("file")).hasContent("half");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
