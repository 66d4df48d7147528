package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver's library is looked for. */
class NvidiaDriverTest {
    private static final String LIBRARY = "libcuda.so.1";

    @TempDir
    private Path first;

    @TempDir
    private Path second;

    @Test
    void theFirstFolderThatHasTheLibraryIsTaken() throws IOException {
        Path driver = Files.createFile(second.resolve(LIBRARY));

        assertThat(find()).isEqualTo(driver);

        Path nearer = Files.createFile(first.resolve(LIBRARY));
        assertThat(find()).isEqualTo(nearer);
    }

    /** A toolkit without a driver brings the stub libcuda.so. */
    @Test
    void otherLibrariesAreNotADriver() throws IOException {
        Files.createFile(first.resolve("libcuda.so"));
        Files.createFile(second.resolve("libcudart.so.1"));

        assertThat(NvidiaDriver.findIn(List.of(first.toString(), second.toString()), LIBRARY))
                .isEmpty();
    }

    /** An empty part of LD_LIBRARY_PATH is not the working folder, which has a pom.xml. */
    @Test
    void blankAndMissingFoldersAreSkipped() throws IOException {
        Path elsewhere = Files.createFile(second.resolve("pom.xml"));
        List<String> folders = List.of("", first.resolve("absent").toString(), second.toString());

        assertThat(Path.of("pom.xml")).exists();
        assertThat(NvidiaDriver.findIn(folders, "pom.xml")).contains(elsewhere);
    }

    /** The container toolkit links the library to the host's version of it; a dangling link is no driver. */
    @Test
    void linksAreFollowed() throws IOException {
        Path link = Files.createSymbolicLink(first.resolve(LIBRARY), second.resolve("libcuda.so.570"));
        assertThat(NvidiaDriver.findIn(List.of(first.toString()), LIBRARY)).isEmpty();

        Files.createFile(second.resolve("libcuda.so.570"));
        assertThat(NvidiaDriver.findIn(List.of(first.toString()), LIBRARY)).contains(link);
    }

    private Path find() {
        return NvidiaDriver.findIn(List.of(first.toString(), second.toString()), LIBRARY)
                .orElseThrow();
    }
}
