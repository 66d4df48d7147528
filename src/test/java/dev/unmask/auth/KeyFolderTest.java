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
    void each_file_is_a_key_under_its_name() throws IOException {
        write("primary", "first-key\n");
        write("secondary", "second-key\r\n");

        KeyFolder.Reading reading = keys.read();

        assertThat(reading.keys())
                .containsExactlyInAnyOrder(key("primary", "first-key"), key("secondary", "second-key"));
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void a_mounted_secret_is_read_through_its_symlinks_and_its_inner_folders_are_ignored() throws IOException {
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
    void added_changed_and_removed_files_show_with_the_next_reading() throws IOException {
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
    void what_is_no_key_is_ignored_and_named_but_not_quoted() throws IOException {
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
    void a_key_file_that_turns_bad_stops_working_at_once() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).hasSize(1);

        write("primary", "");

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void an_empty_folder_has_no_keys() {
        KeyFolder.Reading reading = keys.read();

        assertThat(reading.keys()).isEmpty();
        assertThat(reading.problems()).anyMatch(p -> p.contains("holds no valid key"));
    }

    @Test
    void a_folder_that_is_gone_or_became_a_file_has_no_keys_at_once() throws IOException {
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
    void a_symlink_that_dangles_is_no_key_at_once() throws IOException {
        write("primary", "first-key");
        assertThat(keys.read().keys()).hasSize(1);

        Files.delete(folder.resolve("primary"));
        Files.createSymbolicLink(folder.resolve("primary"), Path.of("nowhere"));

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void keys_of_an_unreadable_folder_work_for_the_grace_period_only() throws IOException {
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
    void a_folder_that_was_never_readable_has_no_keys() throws IOException {
        makeUnreadable(folder);

        assertThat(keys.read().keys()).isEmpty();
    }

    @Test
    void one_unreadable_file_keeps_its_key_for_the_grace_period_and_spares_no_removed_one() throws IOException {
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
    void a_reading_that_succeeds_starts_the_grace_period_anew() throws IOException {
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
