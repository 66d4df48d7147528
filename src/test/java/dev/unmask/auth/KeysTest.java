package dev.unmask.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final Duration PAUSE = Duration.ofMillis(20);

    @TempDir
    Path temp;

    private Path folder;
    private Keys keys;
    private final List<String> announced = new ArrayList<>();
    private final Recorder log = new Recorder();
    private final Logger logger = Logger.getLogger(Keys.class.getName());

    @BeforeEach
    void prepare() {
        folder = temp.resolve("keys");
        logger.addHandler(log);
    }

    @AfterEach
    void close() {
        logger.removeHandler(log);
        if (keys != null) {
            keys.close();
        }
    }

    @Test
    void theOneKeyLetsInAndNothingElseDoes() {
        open("correct-horse", null);

        assertThat(keys.authenticate(List.of("Bearer correct-horse"))).contains("api-key");
        assertThat(keys.authenticate(List.of("bearer correct-horse"))).contains("api-key");
        assertThat(keys.authenticate(List.of())).isEmpty();
        assertThat(keys.authenticate(List.of("Basic correct-horse"))).isEmpty();
        assertThat(keys.authenticate(List.of("Bearer correct-hors"))).isEmpty();
        assertThat(keys.authenticate(List.of("Bearer correct-horse2"))).isEmpty();
        assertThat(keys.authenticate(List.of("Bearer correct-horse", "Bearer correct-horse")))
                .isEmpty();
        assertThat(announced).isEmpty();
    }

    @Test
    void withoutAnySettingARandomKeyIsMadeAndToldOnce() {
        open(null, null);

        assertThat(announced).hasSize(1);
        assertThat(announced.get(0)).matches("[A-Za-z0-9_-]{43}");
        assertThat(lets(announced.get(0))).contains("random");
        assertThat(lets("anything-else")).isEmpty();
        keys.close();
        open(null, null);
        assertThat(announced).doesNotHaveDuplicates().hasSize(2);
        assertThat(log.lines).noneMatch(line -> line.contains(announced.get(0)));
    }

    @Test
    void aFolderWithoutKeysAdmitsNobodyAndMakesNoRandomKey() throws IOException {
        Files.createDirectory(folder);
        open(null, folder);
        assertThat(keys.names()).isEmpty();
        assertThat(announced).isEmpty();
        assertThat(log.lines).anyMatch(line -> line.contains("NOBODY CAN CALL"));

        Files.delete(folder);
        await(() -> log.lines.stream().anyMatch(line -> line.contains("does not exist")));
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "late-arrival");
        await(() -> lets("late-arrival").isPresent());
    }

    @Test
    void bothSettingsWorkSideBySide() throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "from-folder");
        open("from-setting", folder);

        assertThat(lets("from-setting")).contains("api-key");
        assertThat(lets("from-folder")).contains("primary");
        assertThat(keys.names()).containsExactly("api-key", "primary");

        SecretMount.delete(folder);
        await(() -> lets("from-folder").isEmpty());
        assertThat(lets("from-setting")).contains("api-key");
    }

    @Test
    void aSwappedSecretRotatesKeysWithinSecondsAndAKeyThatStaysNeverFails() throws Exception {
        SecretMount mount = new SecretMount(folder);
        mount.swap(Map.of("primary", "old-old-old", "secondary", "stays-the-same"));
        open(null, folder);
        AtomicBoolean lockedOut = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            while (!done.get()) {
                lockedOut.compareAndSet(false, lets("stays-the-same").isEmpty());
                Thread.onSpinWait();
            }
        });
        caller.start();

        for (int i = 0; i < 20; i++) {
            String fresh = "fresh-key-" + i;
            mount.swap(Map.of("primary", fresh, "secondary", "stays-the-same"));
            await(() -> lets(fresh).isPresent());
            assertThat(lets("old-old-old")).isEmpty();
        }
        mount.swap(Map.of("secondary", "stays-the-same"));
        await(() -> lets("fresh-key-19").isEmpty());

        done.set(true);
        caller.join();
        assertThat(lockedOut).isFalse();
        assertThat(keys.names()).containsExactly("secondary");
    }

    @Test
    void aSwapIsNoticedAtTheConfiguredInterval() throws IOException {
        SecretMount mount = new SecretMount(folder);
        mount.swap(Map.of("primary", "old-old-old"));
        keys = Keys.open(Optional.empty(), Optional.of(folder), announced::add);

        mount.swap(Map.of("primary", "new-new-new"));

        await(() -> lets("new-new-new").isPresent());
        assertThat(lets("old-old-old")).isEmpty();
    }

    @Test
    void aFolderThatBecomesAFileAdmitsNobodyUntilItIsMended() throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "from-folder");
        open(null, folder);
        assertThat(lets("from-folder")).isPresent();

        SecretMount.delete(folder);
        Files.writeString(folder, "from-folder");
        await(() -> lets("from-folder").isEmpty());

        Files.delete(folder);
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "from-folder");
        await(() -> lets("from-folder").isPresent());
        await(() -> log.lines.stream().anyMatch(line -> line.contains("without problems again")));
    }

    @Test
    void aProblemIsReportedOnceAndNoKeyEver() throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "from-folder");
        Files.writeString(folder.resolve("secondary"), "two words");
        open("pass", folder);

        Files.writeString(folder.resolve("primary"), "rotated-in");
        await(() -> lets("rotated-in").isPresent());
        Files.writeString(folder.resolve("tertiary"), "third-key");
        await(() -> lets("third-key").isPresent());
        // A key works a moment before that is logged.
        await(() -> log.lines.stream().anyMatch(line -> line.contains("api-key, primary, tertiary")));

        assertThat(log.lines)
                .filteredOn(line -> line.contains("The key file secondary"))
                .hasSize(1);
        assertThat(log.lines)
                .anyMatch(line -> line.contains("UNMASK_API_KEY holds a key of fewer than 8"))
                .noneMatch(line -> line.matches(".*(from-folder|two words|pass\\b|rotated-in|third-key).*"));
    }

    @Test
    void closingEndsTheReReading() throws Exception {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("primary"), "from-folder");
        open(null, folder);
        Thread thread = rereadingThread().orElseThrow();
        assertThat(thread.isDaemon()).isTrue();

        keys.close();

        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(lets("from-folder")).contains("primary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "two words", "sch\u00f6ner-key"})
    void aSettingThatIsNotAKeyRefusesTheStart(String setting) {
        assertThatThrownBy(() -> open(setting, null))
                .isInstanceOfSatisfying(Fault.class, f -> assertThat(f.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageStartingWith("UNMASK_API_KEY ")
                .hasMessageNotContaining("two words");
        assertThat(announced).isEmpty();
    }

    @Test
    void anEmptyFolderNameRefusesTheStartInsteadOfMeaningTheWorkingFolder() {
        assertThatThrownBy(() -> open(null, Path.of("")))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("UNMASK_AUTH_KEYS_DIR is empty");
    }

    @Test
    void aMissingFolderOrNoFolderRefusesTheStart() throws IOException {
        Path file = Files.writeString(Files.createDirectory(folder).resolve("primary"), "correct-horse");

        for (Path none : List.of(folder.resolve("away"), file)) {
            assertThatThrownBy(() -> open("correct-horse", none))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                    .hasMessageContaining("UNMASK_AUTH_KEYS_DIR");
        }
    }

    private void open(String apiKey, Path keysDir) {
        keys = Keys.open(Optional.ofNullable(apiKey), Optional.ofNullable(keysDir), announced::add, PAUSE);
    }

    private Optional<String> lets(String token) {
        return keys.authenticate(List.of("Bearer " + token));
    }

    private static Optional<Thread> rereadingThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("unmask-keys"))
                .findAny();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("Did not come true within 10 s");
            }
            Thread.onSpinWait();
        }
    }

    private static final class Recorder extends Handler {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord event) {
            lines.add(new SimpleFormatter().formatMessage(event));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
