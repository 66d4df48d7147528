package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unmask.importing.TestHub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models of a hub, which here is a server of the test. */
class HubIT {
    private Path folder;
    private String store;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Program.folder();
        store = folder.resolve("store").toString();
    }

    /** No proxy of the machine that runs the tests. */
    private static Map<String, String> environment(TestHub hub) {
        Map<String, String> environment = new HashMap<>();
        for (String name : new String[] {"http_proxy", "https_proxy", "all_proxy"}) {
            environment.put(name, "");
            environment.put(name.toUpperCase(Locale.ROOT), "");
        }
        environment.put("no_proxy", "127.0.0.1");
        environment.put("HF_TOKEN", "");
        environment.put("HF_ENDPOINT", hub.address().toString());
        return environment;
    }

    private String run(TestHub hub, int exitCode, String... arguments) throws Exception {
        try (Program program = Program.start(folder, environment(hub), arguments)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(exitCode);
            assertThat(program.output()).doesNotContain("\tat ");
            return program.output();
        }
    }

    @Test
    void aModelNamedByItsAddressIsDownloadedOnceAndServedFromThenOn() throws Exception {
        try (TestHub hub = TestHub.of(Service.TOY)) {
            Map<String, String> settings = environment(hub);
            settings.values().removeIf(String::isEmpty);
            settings.put("UNMASK_MODEL", "hf://acme/toy");

            try (Service service = Service.ready(folder, settings)) {
                service.assertAnswers();
                JsonNode model = Json.read(service.get("/info").asString()).path("model");
                assertThat(model.path("name").asText()).isEqualTo("toy");
                assertThat(model.path("source").asText()).isEqualTo("hf://acme/toy");
                assertThat(model.path("revision").asText()).isEqualTo(TestHub.COMMIT);
                assertThat(service.log()).contains("Downloading hf://acme/toy");
            }
            int requests = hub.requests();
            hub.stop();
            try (Service service = Service.ready(folder, settings)) {
                service.assertAnswers();
            }
            assertThat(hub.requests()).isEqualTo(requests);
        }
    }

    @Test
    void aModelIsImportedListedVerifiedAndRemoved() throws Exception {
        try (TestHub hub = TestHub.of(Service.TOY)) {
            assertThat(run(hub, 0, "import", "hf://acme/toy@v1.0", "--store", store))
                    .contains("Imported \"toy-v1.0\" (revision " + TestHub.COMMIT);
            assertThat(run(hub, 0, "models", "list", "--store", store))
                    .contains("toy-v1.0", "imported", "fp32", "hf://acme/toy@v1.0");
            assertThat(run(hub, 0, "models", "verify", "--store", store)).contains("toy-v1.0: 6 files");
            assertThat(run(hub, 1, "models", "remove", "toy-v1.0", "--store", store))
                    .contains("use --yes");
            assertThat(run(hub, 0, "models", "remove", "toy-v1.0", "--yes", "--store", store))
                    .contains("Removed");
            assertThat(Path.of(store, "toy-v1.0")).doesNotExist();
        }
    }

    @Test
    void aMissingModelIsRefusedInASentence() throws Exception {
        try (TestHub hub = TestHub.of(Service.TOY)) {
            assertThat(run(hub, 1, "import", "hf://acme/nothing", "--store", store))
                    .contains(
                            "hf://acme/nothing could not be downloaded: there is no repository \"acme/nothing\" (404)");
            assertThat(run(hub, 1, "import", "hf://nothing", "--store", store))
                    .contains("hf://owner/name or hf://owner/name@revision");
            assertThat(Files.exists(Path.of(store))).isFalse();
        }
    }
}
