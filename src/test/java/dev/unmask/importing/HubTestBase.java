package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.hub.EnvironmentProxies;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.DownloadFolder;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store, and a hub on a real HTTP server that has the toy model. */
abstract class HubTestBase {
    static final Path TOY = Path.of("src/test/resources/toy-model");
    static final String WEIGHTS = "model.safetensors";
    static final HubReference MODEL = HubReference.parse("hf://acme/toy");
    static final HubSettings.Patience PATIENCE =
            new HubSettings.Patience(3, Duration.ofMillis(2), Duration.ofSeconds(20));

    @TempDir
    Path folder;

    Path store;
    Path entry;
    TestHub hub;
    byte[] weights;

    @BeforeEach
    void start() throws IOException {
        store = folder.resolve("store");
        entry = store.resolve("toy");
        hub = TestHub.of(TOY);
        weights = hub.files.get(WEIGHTS);
    }

    @AfterEach
    void stop() throws IOException {
        hub.close();
    }

    static HubSettings settings(URI endpoint, String token, HubSettings.Patience patience) {
        return new HubSettings(endpoint, token, EnvironmentProxies.of(Map.of()), patience);
    }

    Manifest download() {
        return download(MODEL, null, PATIENCE, Progress.SILENT);
    }

    Manifest download(HubReference model, String token, HubSettings.Patience patience, Progress progress) {
        return new HubImport(
                        store,
                        model,
                        settings(hub.address(), token, patience),
                        ImportChoices.at(Precision.FP32),
                        progress)
                .into(entry, false);
    }

    void assertWhole() throws IOException {
        Digests.verify(entry, Manifest.read(entry));
        assertThat(DownloadFolder.unfinished(store)).isEmpty();
        assertThat(names(store)).containsExactly(".downloads", "toy");
    }

    Fault refusal() throws IOException {
        Fault[] fault = new Fault[1];
        assertThatThrownBy(this::download).isInstanceOfSatisfying(Fault.class, thrown -> fault[0] = thrown);
        assertThat(fault[0].kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
        assertThat(new ModelStore(store).names()).isEmpty();
        return fault[0];
    }

    Map<String, String> environment() {
        return new HashMap<>(Map.of("HF_ENDPOINT", hub.address() + "/"));
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
