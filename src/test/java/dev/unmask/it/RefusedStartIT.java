package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that can't do what it is asked for ends with exit code 1 and a sentence that says what to change. */
class RefusedStartIT {
    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Program.folder();
    }

    private String refusal(Map<String, String> settings) throws Exception {
        try (Service service = Service.launch(folder, settings)) {
            assertThat(service.exitCode()).as(service.log()).isEqualTo(1);
            assertThat(service.log()).doesNotContain("\tat ", "Exception");
            return service.log();
        }
    }

    private String refusal(Path model) throws Exception {
        return refusal(Map.of("UNMASK_MODEL", model.toString()));
    }

    @Test
    void aMissingModelIsNamed() throws Exception {
        assertThat(refusal(Map.of("UNMASK_MODEL", "nowhere")))
                .contains("UNMASK_MODEL: ", "There is no model \"nowhere\"");
    }

    @Test
    void weightsThatAreCutOffAreNamed() throws Exception {
        Path model = ToyCheckpoint.truncate(new ToyCheckpoint().write(folder.resolve("model")));

        assertThat(refusal(model)).contains("model.safetensors");
        assertThat(folder.resolve("store"))
                .satisfiesAnyOf(store -> assertThat(store).doesNotExist(), store -> assertThat(store.resolve(".cache"))
                        .isEmptyDirectory());
    }

    @Test
    void aGitLfsPointerInsteadOfWeightsIsNamed() throws Exception {
        Path model = new ToyCheckpoint().write(folder.resolve("model"));
        Files.writeString(model.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\n");

        assertThat(refusal(model)).contains("model.safetensors");
    }

    @Test
    void aModelWithoutAMaskedLmHeadIsRefused() throws Exception {
        assertThat(refusal(new ToyCheckpoint().withoutHead().write(folder.resolve("model"))))
                .contains("model.safetensors has no masked-LM head", "cls.predictions.transform.dense.weight");
    }

    @Test
    void aTensorOfAnotherShapeIsNamed() throws Exception {
        Path model = new ToyCheckpoint().configured("intermediate_size", 65).write(folder.resolve("model"));

        assertThat(refusal(model)).contains("bert.encoder.layer.0.intermediate.dense.weight", "[64, 32]", "[65, 32]");
    }

    /** A device that no machine has, whatever driver and build there is. */
    @Test
    void cudaThatCannotBeHadIsRefused() throws Exception {
        assertThat(refusal(Map.of("UNMASK_DEVICE", "cuda:99")))
                .contains("UNMASK_DEVICE: ", "CUDA was requested, but ", "auto or cpu");
    }

    @ParameterizedTest
    @CsvSource({
        "UNMASK_DEVICE, tpu, cuda:N",
        "UNMASK_AUTH_MODE, open, keys or none",
        "UNMASK_AUTH_MODE, none, but keys or an issuer",
        "UNMASK_TLS_CLIENT_AUTH, maybe, 'none, request or required'",
        "UNMASK_AZUREML_DEPLOYMENT, a b, letters",
        "UNMASK_SERVED_NAME, a/b, a part of paths",
        "UNMASK_ADMIN_KEY, ' ', UNMASK_ADMIN_KEY is set but empty",
        "UNMASK_ACCESS_LOG_FILE, /no/such/folder/log, existing, writable folder",
        "UNMASK_LIMITS_KEY_REQUESTS, 0, but is 0",
        "UNMASK_CUDA_MEMORY_LIMIT, 4M, but is 4194304",
        "UNMASK_LIMITS_TOKENS, 513, between 3 and 512",
        "UNMASK_BATCH_TOKENS, 511, raise it",
        "UNMASK_BATCH_TOKENS, 65537, between 1 and 65536",
        "UNMASK_THREADS, 5000, processors",
        "UNMASK_PRECISION, fp8, 'auto, fp32, fp16 or int8'",
        "UNMASK_AUTH_KEYS_DIR, /nowhere/keys, Mount or create that folder",
        "UNMASK_CA_FILE, /nowhere/ca.pem, certificates in PEM",
        "UNMASK_DRAIN_DELAY, 2h, between 0 and 3600000",
        "QUARKUS_SHUTDOWN_DELAY, 3s, set UNMASK_DRAIN_DELAY",
        "UNMASK_LIMITS_CHARACTERS, 7, between 16 and 1048576",
        "UNMASK_LIMITS_BODY, 1G, give the process more memory",
        "UNMASK_LIMITS_WRITE_TIMEOUT, 0s, between 1 and 3600000",
        "UNMASK_API_KEY, ' ', UNMASK_API_KEY is set but empty",
    })
    void aSettingOutOfRangeIsNamed(String setting, String value, String allowed) throws Exception {
        assertThat(refusal(Map.of(setting, value))).contains(setting, allowed);
    }

    /** All that the program writes, which is a line. */
    private String line(Map<String, String> environment, List<String> machineOptions) throws Exception {
        try (Program program = Program.start(folder, environment, machineOptions, "serve")) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
            assertThat(program.output().lines()).as(program.output()).hasSize(1);
            return program.output().strip();
        }
    }

    @Test
    void aSettingThatCannotBeReadIsALine() throws Exception {
        assertThat(line(Map.of("UNMASK_THREADS", "abc"), List.of()))
                .startsWith("UNMASK_THREADS is \"abc\", which can't be read: ");
    }

    @Test
    void anEmptySettingIsALine() throws Exception {
        assertThat(line(Map.of("UNMASK_MODEL", ""), List.of()))
                .isEqualTo("UNMASK_MODEL is empty; give it a value, or unset it.");
    }

    @Test
    void anUnknownPropertyIsALine() throws Exception {
        assertThat(line(Map.of(), List.of("-Dunmask.modle=x")))
                .isEqualTo("There is no setting unmask.modle; did you mean unmask.model?");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());

            assertThat(refusal(Map.of("QUARKUS_HTTP_PORT", port)))
                    .contains(port, "in use", "QUARKUS_HTTP_PORT", "--port");
        }
    }
}
