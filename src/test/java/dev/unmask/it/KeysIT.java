package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unmask.auth.SecretMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is let in while keys come and go. */
class KeysIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private static Service service;
    private static Path keys;
    private static SecretMount secret;

    @BeforeAll
    static void start() throws Exception {
        Path folder = Program.folder();
        keys = folder.resolve("keys");
        secret = new SecretMount(keys);
        secret.swap(Map.of("primary", "key-from-the-start\n"));
        service = Service.ready(folder, Map.of("UNMASK_API_KEY", "", "UNMASK_AUTH_KEYS_DIR", keys.toString()));
        assertThat(status(service, "key-from-the-start")).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static int status(Service asked, String key) {
        return asked.anonymous()
                .header("Authorization", "Bearer " + key)
                .when()
                .get("/info")
                .statusCode();
    }

    private static void swapAndAwait(Map<String, String> files, String key) throws Exception {
        secret.swap(files);
        await("the new key").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(status(service, key))
                .isEqualTo(200));
    }

    private static void awaitClosedDoor(String key) throws Exception {
        await("the end of the key").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(
                        status(service, key))
                .isEqualTo(401));
        assertThat(service.anonymous().get("/info").statusCode()).isEqualTo(401);
        assertThat(status(service, "")).isEqualTo(401);
    }

    @Test
    void aSwappedSecretIsAppliedWithoutARestart() throws Exception {
        swapAndAwait(Map.of("primary", "key-one-of-two", "secondary", "key-two-of-two"), "key-two-of-two");
        assertThat(status(service, "key-one-of-two")).isEqualTo(200);

        swapAndAwait(Map.of("primary", "key-three-rotated", "secondary", "key-two-of-two"), "key-three-rotated");

        assertThat(status(service, "key-two-of-two")).isEqualTo(200);
        assertThat(status(service, "key-one-of-two")).isEqualTo(401);
        assertThat(service.log()).doesNotContain("key-one", "key-two", "key-three");
    }

    @Test
    void aFolderWithoutKeysAdmitsNobody() throws Exception {
        swapAndAwait(Map.of("primary", "key-before-the-gap"), "key-before-the-gap");

        secret.swap(Map.of());
        awaitClosedDoor("key-before-the-gap");
        assertThat(service.log()).contains("NOBODY CAN CALL");
        assertThat(service.probe("ready")).isEqualTo(200);

        swapAndAwait(Map.of("primary", "key-after-the-gap"), "key-after-the-gap");
        assertThat(status(service, "key-before-the-gap")).isEqualTo(401);
    }

    @Test
    void filesThatHoldNoKeyAdmitNobody() throws Exception {
        swapAndAwait(Map.of("primary", "key-before-nonsense"), "key-before-nonsense");

        secret.swap(Map.of(
                "primary", "", "secondary", "two words", "third", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"));

        awaitClosedDoor("key-before-nonsense");
        assertThat(status(service, "two words")).isEqualTo(401);
        assertThat(status(service, "two")).isEqualTo(401);
    }

    @Test
    void aFolderThatIsGoneAdmitsNobody() throws Exception {
        swapAndAwait(Map.of("primary", "key-before-the-end"), "key-before-the-end");
        Path aside = keys.resolveSibling("aside");

        Files.move(keys, aside);
        awaitClosedDoor("key-before-the-end");
        Files.writeString(keys, "key-that-is-no-folder");
        awaitClosedDoor("key-that-is-no-folder");

        Files.delete(keys);
        Files.move(aside, keys);
        await("the folder").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(
                        status(service, "key-before-the-end"))
                .isEqualTo(200));
    }

    @Test
    void withoutAKeyARandomOneIsMadeAndToldOnce() throws Exception {
        try (Service keyless = Service.ready(Program.folder(), Map.of("UNMASK_API_KEY", ""))) {
            Matcher told = Pattern.compile("valid until the next start: ([\\w-]{43})\\s")
                    .matcher(keyless.log());

            assertThat(told.find()).as(keyless.log()).isTrue();
            assertThat(status(keyless, told.group(1))).isEqualTo(200);
            assertThat(told.find()).as("told again in %s", keyless.log()).isFalse();
            assertThat(status(keyless, Service.KEY)).isEqualTo(401);
            assertThat(keyless.anonymous().when().get("/info").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void whereItIsSaidExplicitlyNobodyNeedsAKey() throws Exception {
        try (Service open = Service.ready(Program.folder(), Map.of("UNMASK_API_KEY", "", "UNMASK_AUTH_MODE", "none"))) {
            open.anonymous()
                    .contentType("application/json")
                    .body("{\"inputs\":\"there is no [MASK] .\"}")
                    .when()
                    .post("/predict")
                    .then()
                    .statusCode(200);
            assertThat(open.log()).contains("Nobody needs a key");
        }
    }
}
