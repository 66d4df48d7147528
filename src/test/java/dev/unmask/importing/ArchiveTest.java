package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports of archives, and archives that would do harm. */
class ArchiveTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    @TempDir
    private Path folder;

    private Path store;
    private Path entry;

    @BeforeEach
    void name() {
        store = folder.resolve("store");
        entry = store.resolve("toy");
    }

    private interface Packing {
        void into(TarArchiveOutputStream tar) throws IOException;
    }

    private Path tar(String name, Packing packing) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".tar") ? raw : new GZIPOutputStream(raw);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            packing.into(tar);
        }
        return file;
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry file = new TarArchiveEntry(name, true);
        file.setSize(content.length);
        tar.putArchiveEntry(file);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target, byte type) throws IOException {
        TarArchiveEntry link = new TarArchiveEntry(name, type, true);
        link.setLinkName(target);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
    }

    private static void putToy(TarArchiveOutputStream tar, String below) throws IOException {
        for (String name : names(TOY)) {
            put(tar, below + name, Files.readAllBytes(TOY.resolve(name)));
        }
    }

    private Path zip(String name, Map<String, byte[]> files) throws IOException {
        Path file = folder.resolve(name);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            for (Map.Entry<String, byte[]> content : files.entrySet()) {
                zip.putArchiveEntry(new ZipArchiveEntry(content.getKey()));
                zip.write(content.getValue());
                zip.closeArchiveEntry();
            }
        }
        return file;
    }

    private Manifest unpack(Path archive) {
        return Archive.of(archive).into(entry, ImportChoices.at(Precision.FP32), Progress.SILENT);
    }

    private void assertRefused(Path archive, String... told) throws IOException {
        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContainingAll(told);
        assertThat(store).isEmptyDirectory();
        assertThat(names(folder))
                .containsExactlyInAnyOrder(archive.getFileName().toString(), "store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"toy.tar.gz", "toy.tgz", "toy.tar", "TOY.TAR.GZ"})
    void aTarIsImportedAndWhatWasUnpackedIsRemoved(String name) throws IOException {
        Path archive = tar(name, tar -> putToy(tar, "some/model/"));

        Manifest manifest = unpack(archive);

        assertThat(manifest.source()).isEqualTo(name);
        assertThat(manifest.name()).isEqualTo("toy");
        assertThat(manifest.revision()).matches("[0-9a-f]{12}");
        assertThat(names(store)).containsExactly("toy");
        Digests.verify(entry, manifest);
    }

    @Test
    void aZipIsImportedToo() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names(TOY)) {
            files.put("model/" + name, Files.readAllBytes(TOY.resolve(name)));
        }

        Digests.verify(entry, unpack(zip("toy.zip", files)));

        assertThat(names(store)).containsExactly("toy");
    }

    @Test
    void linksToFilesOfTheArchiveAreFollowedAsInAPackedCacheOfTheHub() throws IOException {
        Path archive = tar("cache.tar.gz", tar -> {
            for (String name : names(TOY)) {
                link(tar, "m/snapshots/abc/" + name, "../../blobs/" + name + "-blob", TarConstants.LF_SYMLINK);
                put(tar, "m/blobs/" + name + "-blob", Files.readAllBytes(TOY.resolve(name)));
            }
            link(tar, "m/snapshots/abc/README.md", "m/blobs/vocab.txt-blob", TarConstants.LF_LINK);
        });

        Digests.verify(entry, unpack(archive));
    }

    @Test
    void namesAreThoseOfTheFileWithoutItsEnding() {
        assertThat(Archive.of(Path.of("x/cxr-bert.v1.tar.gz")).modelName()).isEqualTo("cxr-bert.v1");
        assertThat(Archive.of(Path.of("y.ZIP")).modelName()).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.rar", "model.bin", ".zip", "tar"})
    void aFileThatIsNotAnArchiveIsRefused(String name) {
        assertThatThrownBy(() -> Archive.of(Path.of(name))).message().contains(name, ".tar.gz", ".zip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "a/../evil",
                "/tmp/evil",
                "a//evil",
                "a\\..\\..\\evil",
                "C:/evil",
                "a\nb",
                "..",
                ".",
                "aux",
                "a/NUL.txt",
                "evil."
            })
    void aNameThatLeadsOutIsRefused(String name) throws IOException {
        assertRefused(
                tar("evil.tar", tar -> put(tar, name, new byte[] {1})),
                "The archive \"evil.tar\" is refused: the entry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "a/../evil", "/tmp/evil", "a//evil"})
    void aNameThatLeadsOutOfAZipIsRefused(String name) throws IOException {
        assertRefused(zip("evil.zip", Map.of(name, new byte[] {1})), "is no plain path");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, leads out of the archive",
        "../../etc/passwd, leads out of the archive",
        "missing, is a link to something that is not a file of the archive",
        "., is a link to something that is not a file of the archive",
        "x, is a link to something that is not a file of the archive"
    })
    void aLinkThatLeadsElsewhereIsRefused(String target, String told) throws IOException {
        for (byte type : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK}) {
            Path archive = tar("evil.tar", tar -> link(tar, "x", target, type));

            assertRefused(archive, "the entry \"x\"", told);
            Files.delete(store);
        }
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    link(tar, "sub", ".", TarConstants.LF_SYMLINK);
                    put(tar, "sub/file", new byte[] {1});
                }),
                "the entry \"sub\" is a link to something that is not a file of the archive");
    }

    @Test
    void aDeviceIsRefused() throws IOException {
        assertRefused(
                tar("evil.tar", tar -> link(tar, "null", "", TarConstants.LF_CHR)),
                "the entry \"null\" is neither a file, a folder nor a link");
    }

    @Test
    void aNameThatIsRepeatedIsRefused() throws IOException {
        assertRefused(
                tar("twice.tar", tar -> {
                    put(tar, "config.json", new byte[] {1});
                    put(tar, "./config.json", new byte[] {2});
                }),
                "the entry \"./config.json\" occurs twice");
    }

    @Test
    void aFileThatIsAFolderTooIsRefused() throws IOException {
        assertRefused(
                tar("clash.tar", tar -> {
                    put(tar, "a", new byte[] {1});
                    put(tar, "a/b", new byte[] {2});
                }),
                "the entry \"a/b\" is a file and a folder at once");
    }

    @Test
    void aBombIsRefusedBeforeItHasUnfolded() throws IOException {
        assertRefused(
                tar("bomb.tar.gz", tar -> put(tar, "zeros", new byte[80 << 20])),
                "the entry \"zeros\" makes it too large: it may unpack to 64 MiB");
    }

    @Test
    void tooManyEntriesAreRefused() throws IOException {
        assertRefused(
                tar("many.tar.gz", tar -> {
                    for (int i = 0; i <= 10_000; i++) {
                        put(tar, "f" + i, new byte[0]);
                    }
                }),
                "is one too many: an archive may have at most 10,000 entries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut.tar.gz", "cut.tar", "cut.zip"})
    void anArchiveThatIsCutOrNoneIsRefused(String name) throws IOException {
        byte[] whole = name.endsWith("zip")
                ? Files.readAllBytes(zip(name, Map.of("config.json", new byte[3000])))
                : Files.readAllBytes(tar(name, tar -> putToy(tar, "")));
        Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(folder.resolve(name), "The archive \"" + name + "\" could not be unpacked: ");

        Files.delete(store);
        Files.write(folder.resolve(name), "this is no archive at all".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> unpack(folder.resolve(name))).isInstanceOf(Fault.class);
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void anArchiveWithoutACheckpointIsRefused() throws IOException {
        assertRefused(
                tar("other.tar", tar -> put(tar, "readme.txt", new byte[3])),
                "There is no config.json in \"other.tar\".");
    }

    @Test
    void anArchiveOfSeveralCheckpointsIsRefusedWithTheirNames() throws IOException {
        assertRefused(
                tar("two.tar", tar -> {
                    putToy(tar, "one/");
                    putToy(tar, "deep/other/");
                }),
                "There are 2 checkpoints in \"two.tar\"",
                "deep/other, one; use the path of one");
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnythingIsUnpacked() throws IOException {
        Files.createDirectories(entry);

        assertThatThrownBy(() -> unpack(tar("toy.tar", tar -> putToy(tar, ""))))
                .hasMessageContaining("already has a model \"toy\"");
        assertThat(names(store)).containsExactly("toy");
    }
}
