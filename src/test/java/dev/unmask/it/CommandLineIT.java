package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, their output and their exit codes. */
class CommandLineIT {
    private Path folder;
    private Path store;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Program.folder();
        store = folder.resolve("store");
    }

    private String run(int exitCode, String... arguments) throws Exception {
        try (Program program = Program.start(folder, Map.of(), arguments)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(exitCode);
            assertThat(program.output()).doesNotContain("Listening on", "\tat ");
            return program.output();
        }
    }

    private String importing(int exitCode, Path source, String name) throws Exception {
        return run(exitCode, "import", source.toString(), "--name", name, "--store", store.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--help, 'serve,import,Exit codes'",
        "serve --help, '--model,--store,--device,--threads,--host,--port,--management-port,UNMASK_MODEL,Exit codes'",
        "import --help, 'DIR,--name,--store,--precision,Exit codes'",
        "help import, '--name'",
        "evaluate --help, '--model,--text,--against,--sample,--seed,--json,--plot,--store,--device,Exit codes'",
        "--version, 'unmask '",
    })
    void helpTellsTheOptions(String arguments, String told) throws Exception {
        assertThat(run(0, arguments.split(" "))).contains(told.split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"qqq", "--frobnicate", "serve --port x", "import"})
    void wrongUsageIsExitCode2(String arguments) throws Exception {
        assertThat(run(2, arguments.split(" "))).contains("Usage: unmask");
        assertThat(Folders.names(folder)).hasSize(1);
    }

    @Test
    void anImportedModelIsServedUntilItIsTamperedWith() throws Exception {
        String told = importing(0, Service.TOY, "toy");

        assertThat(told).contains("Imported \"toy\"", "UNMASK_MODEL=toy", "165 pieces");
        assertThat(Folders.names(store)).containsExactly("toy");
        assertThat(Folders.names(store.resolve("toy")))
                .contains("manifest.json", "model.onnx", "model.weights", "tokenizer.json");
        JsonNode manifest = Json.read(Files.readString(store.resolve("toy").resolve("manifest.json")));
        assertThat(manifest.path("files").fieldNames()).toIterable().contains("model.onnx", "model.weights");

        Map<String, String> settings = Map.of("UNMASK_MODEL", "toy");
        try (Service service = Service.ready(folder, settings)) {
            service.assertAnswers();
            JsonNode model = Json.read(service.get("/info").asString()).path("model");
            assertThat(model.path("name").asText()).isEqualTo("toy");
            assertThat(model.path("revision")).isEqualTo(manifest.path("revision"));
        }
        assertThat(Folders.names(store)).as("nothing is imported again").containsExactly("toy");

        flipAByte(store.resolve("toy").resolve("model.weights"));
        try (Service refused = Service.launch(folder, settings)) {
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.log())
                    .contains("The file \"model.weights\" of the model \"toy\" differs from the manifest")
                    .doesNotContain("\tat ");
        }
    }

    private static void flipAByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", ".hidden", ""})
    void aBadNameIsRefused(String name) throws Exception {
        assertThat(importing(1, Service.TOY, name)).contains("is not a valid model name");
        assertThat(Folders.names(store)).isEmpty();
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        Files.createDirectories(store.resolve("toy"));
        Files.writeString(store.resolve("toy").resolve("mine.txt"), "mine");

        assertThat(importing(1, Service.TOY, "toy")).contains("already has a model \"toy\"");
        assertThat(Folders.names(store.resolve("toy"))).containsExactly("mine.txt");
    }

    @Test
    void aBrokenCheckpointIsRefusedAndLeavesNothingBehind() throws Exception {
        Path cut = ToyCheckpoint.truncate(new ToyCheckpoint().write(folder.resolve("cut")));
        Path headless = new ToyCheckpoint().withoutHead().write(folder.resolve("headless"));

        assertThat(importing(1, cut, "cut")).contains("model.safetensors");
        assertThat(importing(1, headless, "headless")).contains("no masked-LM head");
        assertThat(Folders.names(store)).isEmpty();
    }

    @Test
    void aPathThatIsNotAFolderIsRefused() throws Exception {
        assertThat(importing(1, folder.resolve("nothing"), "toy")).contains("is not a folder");
        assertThat(importing(1, Files.createDirectory(folder.resolve("empty")), "toy"))
                .contains("config.json");
        assertThat(Folders.names(store)).isEmpty();
    }

    @Test
    void optionsOfServeGoBeforeTheEnvironment() throws Exception {
        Map<String, String> environment = Map.of("UNMASK_MODEL", "from-the-environment", "QUARKUS_HTTP_PORT", "0");
        try (Program program = Program.start(
                folder,
                environment,
                "--model",
                "from-the-option",
                "--port",
                "0",
                "--management-port",
                "0",
                "--host",
                "127.0.0.1")) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.output()).contains("There is no model \"from-the-option\"");
        }
    }
}
