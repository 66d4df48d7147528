package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static dev.unmask.importing.TestHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.hub.EnvironmentProxies;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.store.DownloadFolder;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoredModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is downloaded from a hub, and what becomes of it. */
class HubImportTest extends HubTestBase {
    @Test
    void anEntryOfAModelOfTheHubNamesItsSourceAndCommit() throws IOException {
        Manifest manifest = download();

        assertThat(manifest.source()).isEqualTo("hf://acme/toy");
        assertThat(manifest.revision()).isEqualTo(TestHub.COMMIT);
        assertThat(manifest.name()).isEqualTo("toy");
        assertWhole();
        Manifest local = new Importer(TOY, "local", Precision.FP32, Progress.SILENT).into(store.resolve("local"));
        assertThat(manifest.files()).isEqualTo(local.files());
    }

    @Test
    void onlyTheFilesThatAreNeededAreAskedFor() throws IOException {
        hub.files.put("pytorch_model.bin", new byte[10]);
        hub.files.put("flax_model.msgpack", new byte[10]);
        hub.files.put("modeling_custom.py", new byte[10]);
        hub.files.put("README.md", "A card.".getBytes());

        download();

        assertThat(hub.seen.stream().map(request -> request.path().replaceFirst(".*/", "")))
                .containsExactlyInAnyOrder(
                        "main", "config.json", "vocab.txt", "tokenizer_config.json", "README.md", WEIGHTS);
    }

    @Test
    void aRevisionIsAskedForAsItIsGiven() throws IOException {
        Manifest manifest = download(HubReference.parse("hf://acme/toy@refs/pr/2"), null, PATIENCE, Progress.SILENT);

        assertThat(hub.seen.get(0).path()).isEqualTo("/api/models/acme/toy/revision/refs%2Fpr%2F2");
        assertThat(manifest.source()).isEqualTo("hf://acme/toy@refs/pr/2");
        assertThat(manifest.revision()).isEqualTo(TestHub.COMMIT);
    }

    @Test
    void theTokenGoesToTheHubAndNotWhereItRedirects() throws IOException {
        try (TestHub elsewhere = TestHub.of(TOY)) {
            hub.always(
                    WEIGHTS,
                    status(
                            302,
                            "Location",
                            elsewhere.address() + "/acme/toy/resolve/" + TestHub.COMMIT + "/" + WEIGHTS));

            download(MODEL, "hf_secret", PATIENCE, Progress.SILENT);

            assertWhole();
            assertThat(hub.seen).isNotEmpty().allSatisfy(request -> assertThat(request.authorization())
                    .isEqualTo("Bearer hf_secret"));
            assertThat(elsewhere.seen).singleElement().satisfies(request -> assertThat(request.authorization())
                    .isNull());
        }
    }

    @Test
    void shardsAreThoseThatTheIndexNames() throws Exception {
        hub.files.remove(WEIGHTS);
        hub.files.put(
                "pytorch_model.bin.index.json",
                "{\"weight_map\":{\"a\":\"pytorch_model-00001-of-00002.bin\",\"b\":\"pytorch_model-00002-of-00002.bin\"}}"
                        .getBytes());
        hub.files.put("pytorch_model-00001-of-00002.bin", new byte[] {1});
        hub.files.put("pytorch_model-00002-of-00002.bin", new byte[] {2});
        hub.files.put("pytorch_model-00003-of-00003.bin", new byte[] {3});

        assertThatThrownBy(this::download).as("these are no weights").isInstanceOf(Fault.class);

        assertThat(names(DownloadFolder.unfinished(store).get(0)))
                .contains("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")
                .doesNotContain("pytorch_model-00003-of-00003.bin");
    }

    @Test
    void aModelThatIsServedByItsAddressIsDownloadedOnceAndThenNothingIsAsked() throws IOException {
        Models models = new Models(store, environment());

        StoredModel first = models.open("hf://acme/toy", Precision.FP32, Progress.SILENT);
        int requests = hub.requests();
        hub.stop();
        StoredModel second = models.open("hf://acme/toy", Precision.FP32, Progress.SILENT);

        assertThat(second).isEqualTo(first);
        assertThat(hub.requests()).isEqualTo(requests);
        assertThat(models.open("hf://acme/toy@" + TestHub.COMMIT, Precision.FP32, Progress.SILENT))
                .as("the commit that the entry is of")
                .isEqualTo(first);
    }

    @Test
    void anEntryOfAnotherRevisionIsAnother() {
        Models models = new Models(store, environment());

        assertThat(models.open("hf://acme/toy@refs/pr/2", Precision.FP32, Progress.SILENT)
                        .folder())
                .isEqualTo(store.resolve("toy-refs-pr-2"));
        assertThat(models.open("hf://acme/toy", Precision.FP32, Progress.SILENT).folder())
                .isEqualTo(entry);
    }

    @Test
    void twoStartsAtOnceDownloadOnce() throws Exception {
        Models models = new Models(store, environment());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<StoredModel> one =
                    threads.submit(() -> models.open("hf://acme/toy", Precision.FP32, Progress.SILENT));
            Future<StoredModel> other =
                    threads.submit(() -> models.open("hf://acme/toy", Precision.FP32, Progress.SILENT));

            assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(other.get(60, TimeUnit.SECONDS));
            assertThat(hub.seen(WEIGHTS)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The hub in the test stands for a proxy as well: it is asked for another host, and answers. */
    @Test
    void aDownloadGoesThroughTheProxyWithItsPasswordAndTheToken() throws IOException {
        try (TestHub hub = TestHub.of(Path.of("src/test/resources/toy-model"))) {
            String proxy = "http://me:s%40cret@127.0.0.1:" + hub.address().getPort();
            Models store = new Models(
                    folder, Map.of("HF_ENDPOINT", "http://hub.invalid", "http_proxy", proxy, "HF_TOKEN", "hf_x"));

            store.open("hf://acme/toy", Precision.FP32, Progress.SILENT);

            assertThat(hub.seen).isNotEmpty().allSatisfy(request -> {
                assertThat(request.authorization()).isEqualTo("Bearer hf_x");
                assertThat(request.proxyAuthorization()).isEqualTo("Basic bWU6c0BjcmV0");
            });
        }
    }

    @Test
    void aRedirectIsFollowedThoughItsBodyHasNoEnd() throws IOException {
        hub.next(WEIGHTS, exchange -> {
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(302, 0);
            byte[] chunk = new byte[1 << 16];
            while (true) {
                exchange.getResponseBody().write(chunk);
            }
        });

        download();

        assertWhole();
    }

    /** The proxy of the test takes the first line of a tunnel's request and its headers, and hangs up. */
    @Test
    void theProxyOfAnHttpsAddressIsToldTheAccountWithTheFirstRequest() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FutureTask<List<String>> asked = new FutureTask<>(() -> {
                try (Socket client = proxy.accept();
                        BufferedReader lines = new BufferedReader(
                                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
                    return lines.lines().takeWhile(line -> !line.isEmpty()).toList();
                }
            });
            new Thread(asked).start();
            HubSettings settings = new HubSettings(
                    URI.create("https://hub.invalid"),
                    "hf_secret",
                    EnvironmentProxies.of(
                            Map.of("https_proxy", "http://me:s%40cret@127.0.0.1:" + proxy.getLocalPort())),
                    new HubSettings.Patience(0, Duration.ofMillis(2), Duration.ofSeconds(20)));
            HubImport hubImport =
                    new HubImport(store, MODEL, settings, ImportChoices.at(Precision.FP32), Progress.SILENT);

            assertThatThrownBy(() -> hubImport.into(entry, false))
                    .isInstanceOf(Fault.class)
                    .hasMessageNotContaining("cret");
            assertThat(asked.get(20, TimeUnit.SECONDS)).first().asString().startsWith("CONNECT hub.invalid:443 ");
            assertThat(asked.get())
                    .contains("Proxy-Authorization: Basic bWU6c0BjcmV0")
                    .noneMatch(line -> line.contains("hf_secret"));
        }
    }
}
