package dev.unmask.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as root too, where permissions bind nobody: what can't be read is a symlink to itself. */
class KeyFolderTest {

    private static final Duration GRACE = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    private Path folder;
    private KeyFolder keys;
    private long now = Long.MAX_VALUE - 5; // nanoTime may wrap around

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("keys"));
        keys = new KeyFolder(folder, GRACE, () -> now);
    }

    @Test
    void eachFileIsAKeyUnderItsName() throws IOException {
        write("primary", "first-key\n");
        write("secondary", "second-key\r\n");

        KeyFolder.Reading reading = keys.read();

        assertThat(reading.keys())
                .containsExactlyInAnyOrder(key("primary", "first-key"), key("secondary", "second-key"));
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void aMountedSecretIsReadThroughItsSymlinksAndItsInnerFoldersAreIgnored() throws IOException {
        SecretMount mount = new SecretMount(folder);
        mount.swap(Map.of("primary", "first-key"));
        assertThat(keys.read().keys()).containsExactly(key("primary", "first-key"));

        mount.swap(Map.of("primary", "other-key", "secondary", "second-key"));
        assertThat(keys.read().keys())
                .containsExactlyInAnyOrder(key("primary", "other-key"), key("secondary", "second-key"));

        mount.swap(Map.of("secondary", "second-key"));
        KeyFolder.Reading reading = keys.read();
        assertThat(reading.keys()).containsExactly(key("secondary", "second-key"));
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void addedChangedAndRemovedFilesShowWithTheNextReading() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).containsExactly(key("primary", "first-key"));
        write("secondary", "second-key");
        assertThat(keys.read().keys()).hasSize(2);
        write("secondary", "third-keyy"); // as long as before, and within the same second
        assertThat(keys.read().keys()).contains(key("secondary", "third-keyy"));
        Files.delete(folder.resolve("primary"));
        assertThat(keys.read().keys()).containsExactly(key("secondary", "third-keyy"));
    }

    @Test
    void whatIsNotAKeyIsIgnoredAndNamedButNotQuoted() throws IOException {
        write("blank", " \n");
        write("large", "k".repeat(KeyText.MAX_BYTES + 1));
        write("spaced", "hush hush");
        write("good", "first-key");
        write("no\nname", "other-key");
        write("short", "hush");
        Files.createDirectory(folder.resolve("inner"));
        write(".hidden", "hidden-key");

        KeyFolder.Reading reading = keys.read();

        assertThat(reading.keys()).containsExactlyInAnyOrder(key("good", "first-key"), key("short", "hush"));
        assertThat(reading.problems())
                .hasSize(6)
                .anyMatch(p -> p.contains("blank"))
                .anyMatch(p -> p.contains("large"))
                .anyMatch(p -> p.contains("spaced"))
                .anyMatch(p -> p.contains("short"))
                .anyMatch(p -> p.contains("inner"))
                .noneMatch(p -> p.contains("hush"))
                .noneMatch(p -> p.contains("\n"));
    }

    @Test
    void aKeyFileThatTurnsBadStopsWorkingAtOnce() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).hasSize(1);

        write("primary", "");

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void anEmptyFolderHasNoKeys() {
        KeyFolder.Reading reading = keys.read();

        assertThat(reading.keys()).isEmpty();
        assertThat(reading.problems()).anyMatch(p -> p.contains("holds no valid key"));
    }

    @Test
    void aFolderThatIsGoneOrBecameAFileHasNoKeysAtOnce() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).hasSize(1);

        SecretMount.delete(folder);
        assertThat(keys.read().keys()).isEmpty();
        assertThat(keys.read().problems()).anyMatch(p -> p.contains("does not exist"));

        Files.writeString(folder, "not-a-folder");
        assertThat(keys.read().keys()).isEmpty();
        assertThat(keys.read().problems()).anyMatch(p -> p.contains("is not a folder"));
    }

    @Test
    void aSymlinkThatDanglesIsNotAKeyAtOnce() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).hasSize(1);

        Files.delete(folder.resolve("primary"));
        Files.createSymbolicLink(folder.resolve("primary"), Path.of("nowhere"));

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void keysOfAnUnreadableFolderWorkForTheGracePeriodOnly() throws IOException {
        write("primary", "first-key");
        keys.read();
        makeUnreadable(folder);

        now += GRACE.toNanos() - 1;
        assertThat(keys.read().keys()).containsExactly(key("primary", "first-key"));
        assertThat(keys.read().problems()).anyMatch(p -> p.contains("can't be read"));
        now += 1;
        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void aFolderThatWasNeverReadableHasNoKeys() throws IOException {
        makeUnreadable(folder);

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void oneUnreadableFileKeepsItsKeyForTheGracePeriodAndSparesNoRemovedOne() throws IOException {
        write("primary", "first-key");
        write("secondary", "second-key");
        write("tertiary", "third-key");
        keys.read();
        makeUnreadable(folder.resolve("primary"));
        Files.delete(folder.resolve("secondary"));

        assertThat(keys.read().keys())
                .containsExactlyInAnyOrder(key("primary", "first-key"), key("tertiary", "third-key"));
        now += GRACE.toNanos();
        assertThat(keys.read().keys()).containsExactly(key("tertiary", "third-key"));
    }

    @Test
    void aReadingThatSucceedsStartsTheGracePeriodAgain() throws IOException {
        write("primary", "first-key");
        keys.read();
        now += GRACE.toNanos();
        keys.read();
        makeUnreadable(folder);
        now += GRACE.toNanos() - 1;

        assertThat(keys.read().keys()).hasSize(1);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static void makeUnreadable(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            SecretMount.delete(path);
        } else {
            Files.delete(path);
        }
        Files.createSymbolicLink(path, path.getFileName());
    }

    private static BearerKey key(String name, String text) {
        return BearerKey.of(name, text.getBytes(UTF_8));
    }
}
