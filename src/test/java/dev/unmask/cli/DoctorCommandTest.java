package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.graph.Precision;
import dev.unmask.importing.Importer;
import dev.unmask.progress.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What doctor says of a machine and its settings. */
class DoctorCommandTest {
    @TempDir
    private Path store;

    private final Map<String, String> environment = new HashMap<>();
    private String told;

    @BeforeEach
    void set() {
        // Port 0 is any free one: a port that was free a moment ago may be taken now.
        environment.putAll(Map.of(
                "UNMASK_MODEL", "src/test/resources/toy-model",
                "UNMASK_MODEL_STORE", store.toString(),
                "UNMASK_API_KEY", "a-key-of-the-test",
                "QUARKUS_HTTP_PORT", "0",
                "QUARKUS_MANAGEMENT_PORT", "0"));
    }

    private int doctor() {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new DoctorCommand(environment))
                .setOut(new PrintWriter(out, true))
                .execute();
        told = out.toString();
        return code;
    }

    @Test
    void whereAllIsWellEveryLineSaysSoAndNoKeyIsShown() {
        assertThat(doctor()).as(() -> told).isZero();
        assertThat(told.lines()).hasSize(13).allMatch(line -> line.startsWith("ok  "));
        assertThat(told).contains("api-key").doesNotContain("a-key-of-the-test");
    }

    @Test
    void whatCannotBeReadIsSaidOfAllThatNeedsItAndTheOtherChecksGoOn() {
        environment.put("UNMASK_AUTH_MODE", "");

        assertThat(doctor()).isEqualTo(1);
        assertThat(told.lines()).as(told).hasSize(13);
        assertThat(told.lines().filter(line -> line.startsWith("NO")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("UNMASK_AUTH_MODE is empty"));
    }

    @ParameterizedTest
    @CsvSource({
        "UNMASK_MODEL, nothing, model, nothing",
        "UNMASK_DEVICE, tpu, device, cuda:N",
        "UNMASK_THREADS, 9999, threads, processors",
        "UNMASK_THREADS, many, settings, many",
        "UNMASK_PRECISION, fp8, model, fp32",
        "UNMASK_MODLE, x, settings, UNMASK_MODEL",
        "UNMASK_LIMITS_MASKS, 0, settings, UNMASK_LIMITS_MASKS",
        "UNMASK_LIMITS_BODY_TIMEOUT, soon, settings, UNMASK_LIMITS_BODY_TIMEOUT",
        "UNMASK_API_KEY, ' ', keys, empty",
        "UNMASK_AUTH_KEYS_DIR, /no/such/folder, keys, UNMASK_AUTH_KEYS_DIR",
        "UNMASK_ADMIN_KEY, ' ', keys, UNMASK_ADMIN_KEY",
        "UNMASK_AUTH_MODE, none, keys, UNMASK_AUTH_MODE",
        "UNMASK_OIDC_ISSUER, https://issuer.example, keys, UNMASK_OIDC_AUDIENCE",
        "QUARKUS_HTTP_PORT, 99999, API port, QUARKUS_HTTP_PORT"
    })
    void eachInvalidSettingIsOneLineWithWhatToChange(String name, String value, String line, String hint) {
        environment.put(name, value);

        assertThat(doctor()).isEqualTo(1);
        assertThat(told.lines().filter(one -> one.startsWith("NO  ")))
                .singleElement()
                .asString()
                .contains(line, hint);
    }

    /** It told of a random key, which a service with an issuer or without keys doesn't make. */
    @ParameterizedTest
    @CsvSource({
        "UNMASK_AUTH_MODE=none, nobody needs one",
        "UNMASK_OIDC_ISSUER=https://issuer.example;UNMASK_OIDC_AUDIENCE=unmask, tokens of the issuer"
    })
    void withoutKeysItSaysWhoGetsIn(String settings, String line) {
        environment.remove("UNMASK_API_KEY");
        for (String setting : settings.split(";")) {
            String[] pair = setting.split("=", 2);
            environment.put(pair[0], pair[1]);
        }

        assertThat(doctor()).as(() -> told).isZero();
        assertThat(told).contains(line).doesNotContain("random");
    }

    @Test
    void aPortThatIsTakenIsReported() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            environment.put("QUARKUS_HTTP_PORT", String.valueOf(taken.getLocalPort()));

            assertThat(doctor()).isEqualTo(1);
            assertThat(told).contains("NO  API port");
        }
    }

    @Test
    void aModelWhoseFilesHaveChangedIsReported() throws IOException {
        Path entry = store.resolve("toy");
        new Importer(Path.of("src/test/resources/toy-model"), "toy", Precision.FP32, Progress.SILENT).into(entry);
        environment.put("UNMASK_MODEL", "toy");
        assertThat(doctor()).as(() -> told).isZero();

        byte[] weights = Files.readAllBytes(entry.resolve("model.weights"));
        weights[5000] ^= 1;
        Files.write(entry.resolve("model.weights"), weights);

        assertThat(doctor()).isEqualTo(1);
        assertThat(told).contains("NO  model").contains("model.weights");
    }
}
