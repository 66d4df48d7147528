package dev.unmask.store;

import static dev.unmask.store.ImporterTest.names;
import static dev.unmask.store.TestHub.status;
import static dev.unmask.store.TestHub.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a real HTTP server, and what they do when it misbehaves. */
class HubImportTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");
    private static final String WEIGHTS = "model.safetensors";
    private static final HubReference MODEL = HubReference.parse("hf://acme/toy");
    private static final HubSettings.Patience PATIENCE =
            new HubSettings.Patience(3, Duration.ofMillis(2), Duration.ofSeconds(20));

    @TempDir
    private Path folder;

    private Path store;
    private Path entry;
    private TestHub hub;
    private byte[] weights;

    @BeforeEach
    void start() throws IOException {
        store = folder.resolve("store");
        entry = store.resolve("toy");
        hub = TestHub.of(TOY);
        weights = hub.files.get(WEIGHTS);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static HubSettings settings(URI endpoint, String token, HubSettings.Patience patience) {
        return new HubSettings(endpoint, token, EnvironmentProxies.of(Map.of()), patience);
    }

    private Manifest download() {
        return download(MODEL, null, PATIENCE, ImportProgress.SILENT);
    }

    private Manifest download(
            HubReference model, String token, HubSettings.Patience patience, ImportProgress progress) {
        return new HubImport(store, model, settings(hub.address(), token, patience), Precision.FP32, progress)
                .into(entry, false);
    }

    private void assertWhole() throws IOException {
        Digests.verify(entry, Manifest.read(entry));
        assertThat(DownloadFolder.unfinished(store)).isEmpty();
        assertThat(names(store)).containsExactly(".downloads", "toy");
    }

    private Fault refusal() throws IOException {
        Fault[] fault = new Fault[1];
        assertThatThrownBy(this::download).isInstanceOfSatisfying(Fault.class, thrown -> fault[0] = thrown);
        assertThat(fault[0].kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
        assertThat(new ModelStore(store).names()).isEmpty();
        return fault[0];
    }

    @Test
    void anEntryOfAModelOfTheHubNamesItsSourceAndCommit() throws IOException {
        Manifest manifest = download();

        assertThat(manifest.source()).isEqualTo("hf://acme/toy");
        assertThat(manifest.revision()).isEqualTo(TestHub.COMMIT);
        assertThat(manifest.name()).isEqualTo("toy");
        assertWhole();
        Manifest local = new Importer(TOY, "local", Precision.FP32, ImportProgress.SILENT).into(store.resolve("local"));
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
        Manifest manifest =
                download(HubReference.parse("hf://acme/toy@refs/pr/2"), null, PATIENCE, ImportProgress.SILENT);

        assertThat(hub.seen.get(0).path()).isEqualTo("/api/models/acme/toy/revision/refs%2Fpr%2F2");
        assertThat(manifest.source()).isEqualTo("hf://acme/toy@refs/pr/2");
        assertThat(manifest.revision()).isEqualTo(TestHub.COMMIT);
    }

    @Test
    void aBrokenConnectionIsTakenUpWhereItBroke() throws IOException {
        hub.next(WEIGHTS, truncated(weights, 100_000));

        download();

        assertWhole();
        List<TestHub.Seen> requests = hub.seen(WEIGHTS);
        assertThat(requests).hasSize(2);
        assertThat(requests.get(0).range()).isNull();
        assertThat(requests.get(1).range()).matches("bytes=[1-9][0-9]*-");
        assertThat(requests.get(1).ifRange()).isEqualTo("\"one\"");
    }

    @Test
    void aDownloadThatWasGivenUpIsTakenUpByTheNextImport() throws IOException {
        hub.next(WEIGHTS, truncated(weights, 100_000));
        hub.next(WEIGHTS, status(404));
        assertThat(refusal()).hasMessageContaining("file \"model.safetensors\"").hasMessageContaining("(404)");
        assertThat(DownloadFolder.unfinished(store)).hasSize(1);
        hub.seen.clear();
        AtomicLong resumed = new AtomicLong();

        download(MODEL, null, PATIENCE, new ImportProgress() {
            @Override
            public void begin(long bytes) {
                assertThat(bytes).isPositive();
            }

            @Override
            public void resume(long bytes) {
                resumed.addAndGet(bytes);
            }

            @Override
            public void advance(long bytes) {}

            @Override
            public void end() {}
        });

        assertWhole();
        assertThat(resumed.get()).isPositive();
        assertThat(hub.seen(WEIGHTS)).singleElement().satisfies(request -> assertThat(request.range())
                .isEqualTo("bytes=%d-".formatted(resumed.get())));
        assertThat(hub.seen("vocab.txt"))
                .as("what is whole is not asked for again")
                .isEmpty();
    }

    @Test
    void aFileThatChangedMeanwhileIsLoadedFromTheBeginning() throws IOException {
        byte[] other = weights.clone();
        Arrays.fill(other, (byte) 7);
        hub.next(WEIGHTS, exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"another\"");
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other, 0, 50_000);
            exchange.getResponseBody().flush();
            throw new IOException("hangs up");
        });

        download();

        assertWhole();
        assertThat(hub.seen(WEIGHTS)).hasSize(2);
        assertThat(hub.seen(WEIGHTS).get(1).ifRange()).isEqualTo("\"another\"");
    }

    @Test
    void aPartThatWasNotAskedForIsNotTaken() throws IOException {
        hub.next(WEIGHTS, truncated(weights, 50_000), exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-9/10");
            exchange.sendResponseHeaders(206, 5);
            exchange.getResponseBody().write(new byte[5]);
            return true;
        });

        download();

        assertWhole();
    }

    @Test
    void aServerThatKnowsNoRangesIsBornWith() throws IOException {
        hub.next(WEIGHTS, truncated(weights, 50_000), TestHub.bytes(weights));

        download();

        assertWhole();
    }

    @Test
    void bytesThatSpoiledOnTheWayAreLoadedAgainAfterAResume() throws IOException {
        byte[] spoiled = weights.clone();
        spoiled[10] ^= 1;
        hub.next(WEIGHTS, truncated(spoiled, 100_000));
        hub.next(WEIGHTS, status(404));
        refusal();

        download();

        assertWhole();
    }

    @Test
    void bytesThatAreWrongFromTheBeginningAreRefusedAndThrownAway() throws IOException {
        byte[] spoiled = weights.clone();
        spoiled[weights.length / 2] ^= 1;
        hub.next(WEIGHTS, TestHub.bytes(spoiled));

        assertThat(refusal())
                .hasMessageStartingWith("hf://acme/toy, file \"model.safetensors\" could not be downloaded: its size or"
                        + " digest differs from what the hub lists");
        assertThat(names(DownloadFolder.unfinished(store).get(0))).doesNotContain(WEIGHTS, WEIGHTS + ".part");
    }

    @Test
    void aSmallFileIsHeldAgainstGitsDigest() throws IOException {
        byte[] spoiled = hub.files.get("vocab.txt").clone();
        spoiled[0] ^= 1;
        hub.next("vocab.txt", TestHub.bytes(spoiled));

        assertThat(refusal()).hasMessageContaining("file \"vocab.txt\"").hasMessageContaining("digest differs");
    }

    @Test
    void aFileOfAnotherLengthIsRefused() throws IOException {
        hub.always(WEIGHTS, TestHub.bytes(new byte[weights.length + 1]));

        assertThat(refusal())
                .hasMessageContaining(
                        "it is listed with %d bytes, but the server sends %d", weights.length, weights.length + 1);
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

            download(MODEL, "hf_secret", PATIENCE, ImportProgress.SILENT);

            assertWhole();
            assertThat(hub.seen).isNotEmpty().allSatisfy(request -> assertThat(request.authorization())
                    .isEqualTo("Bearer hf_secret"));
            assertThat(elsewhere.seen).singleElement().satisfies(request -> assertThat(request.authorization())
                    .isNull());
        }
    }

    @Test
    void redirectsInACircleEnd() throws IOException {
        hub.always("", status(302, "Location", "/round"));

        assertThat(refusal()).hasMessageContaining("redirects more than 10 times");
    }

    @Test
    void aRedirectToSomethingThatIsNotHttpIsNotFollowed() throws IOException {
        hub.always("", status(302, "Location", "file:///etc/passwd"));

        assertThat(refusal()).hasMessageContaining("to an address without https");
    }

    @Test
    void aServerThatAsksToWaitIsGivenThatTime() throws IOException {
        hub.next(WEIGHTS, status(429, "Retry-After", "1"));
        Instant begun = Instant.now();

        download();

        assertWhole();
        assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aPassingProblemIsTriedAgain(int status) throws IOException {
        hub.next("", status(status));
        hub.next(WEIGHTS, status(status), status(status));

        download();

        assertWhole();
        assertThat(hub.seen(WEIGHTS)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | '' | or it is private or gated (401): check the name, or set HF_TOKEN",
                "403 | GatedRepo | accept the model's terms at http://127.0.0.1",
                "404 | RepoNotFound | there is no repository \"acme/toy\" (404)",
                "404 | RevisionNotFound | there is no revision \"main\" (404)",
                "404 | '' | no repository \"acme/toy\" or no revision \"main\" (404)",
                "429 | '' | too many requests (429)",
                "500 | '' | the hub has a problem (500)",
                "418 | '' | it answered 418: check HF_ENDPOINT",
            })
    void aRefusalSaysWhatToDo(int status, String code, String told) throws IOException {
        hub.always("", status(status, "X-Error-Code", code));

        assertThat(refusal())
                .hasMessageStartingWith("hf://acme/toy could not be downloaded: ")
                .hasMessageContaining(told);
        assertThat(store).doesNotExist();
    }

    @Test
    void aTokenThatIsNotAcceptedIsNotShown() {
        hub.always("", status(401));

        assertThatThrownBy(() -> download(MODEL, "hf_secret", PATIENCE, ImportProgress.SILENT))
                .hasMessageContaining("HF_TOKEN was not accepted")
                .hasMessageNotContaining("hf_secret");
    }

    @Test
    void aWaitOfHoursIsToldInsteadOfWaited() throws IOException {
        hub.always("", status(429, "Retry-After", "7200"));

        assertThat(refusal()).hasMessageContaining("(429), it asks to wait 7200 s");
        assertThat(hub.requests()).isEqualTo(1);
    }

    @Test
    void aServerThatFallsSilentIsAskedAgain() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        hub.next(WEIGHTS, exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, 20_000);
            exchange.getResponseBody().flush();
            await(end);
            return true;
        });

        download(
                MODEL,
                null,
                new HubSettings.Patience(3, Duration.ofMillis(2), Duration.ofSeconds(1)),
                ImportProgress.SILENT);

        end.countDown();
        assertWhole();
        assertThat(hub.seen(WEIGHTS)).hasSize(2);
    }

    @Test
    void aSlowServerIsWaitedFor() throws IOException {
        hub.next(WEIGHTS, exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            for (int begin = 0; begin < weights.length; begin += 20_000) {
                exchange.getResponseBody().write(weights, begin, Math.min(20_000, weights.length - begin));
                exchange.getResponseBody().flush();
                pause(200);
            }
            return true;
        });

        download(
                MODEL,
                null,
                new HubSettings.Patience(0, Duration.ofMillis(2), Duration.ofSeconds(1)),
                ImportProgress.SILENT);

        assertWhole();
        assertThat(hub.seen(WEIGHTS)).hasSize(1);
    }

    @Test
    void aHubThatIsGoneIsNamed() throws IOException {
        hub.close();

        assertThat(refusal()).hasMessageContaining("127.0.0.1 can't be reached or does not deliver");
    }

    @Test
    void anInterruptedDownloadIsKeptAndTakenUp() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        hub.next(WEIGHTS, exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"one\"");
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, 100_000);
            exchange.getResponseBody().flush();
            under.countDown();
            await(end);
            return true;
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Fault> told = thread.submit(() -> {
                try {
                    download();
                    return null;
                } catch (Fault fault) {
                    return fault;
                }
            });
            assertThat(under.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(this::download).hasMessageContaining("another process is downloading it");
            thread.shutdownNow();
            assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContaining("it was interrupted; what came is kept");
        } finally {
            end.countDown();
            thread.shutdownNow();
        }

        download();

        assertWhole();
    }

    @Test
    void aFullDiskIsToldByItsName() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Files.createSymbolicLink(folder.resolve("file.part"), full);
        PartialFile file =
                new PartialFile(folder.resolve("file"), new HubFile("file", 3, null, null), ImportProgress.SILENT);
        file.begin();

        assertThatThrownBy(() -> file.take(ByteBuffer.wrap(new byte[3])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
    }

    @Test
    void aFileThatCanNotBeWrittenIsToldAndNotTriedAgain() throws IOException {
        hub.next(WEIGHTS, status(404));
        refusal();
        Path inTheWay = DownloadFolder.unfinished(store).get(0).resolve(WEIGHTS + ".etag");
        Files.createDirectories(inTheWay.resolve("not-empty"));
        hub.seen.clear();

        assertThat(refusal())
                .hasMessageContaining(inTheWay.toString())
                .hasMessageContaining("the next import goes on from there");
        assertThat(hub.seen(WEIGHTS)).hasSize(1);
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
    void anIndexThatLeadsElsewhereIsRefused() throws IOException {
        hub.files.remove(WEIGHTS);
        hub.files.put("../evil.bin", new byte[] {1});
        hub.files.put("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../evil.bin\"}}".getBytes());

        assertThat(refusal())
                .hasMessage(
                        "model.safetensors.index.json of hf://acme/toy names a file that the repository does not have;"
                                + " take another revision.");
        assertThat(folder.resolve("store/.downloads/evil.bin")).doesNotExist();
    }

    @Test
    void aRepositoryWithoutWeightsIsRefused() throws IOException {
        hub.files.remove(WEIGHTS);

        assertThat(refusal()).hasMessageStartingWith("hf://acme/toy has no weights that can be read: neither ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "<html>", "{\"sha\":\"../..\"}"})
    void whatIsNoListingIsRefused(String answer) throws IOException {
        hub.next("", TestHub.bytes(answer.getBytes()));

        assertThat(refusal()).hasMessageContaining("HF_ENDPOINT has to be a Hugging Face hub");
    }

    @Test
    void aModelThatIsServedByItsAddressIsDownloadedOnceAndThenNothingIsAsked() throws IOException {
        ModelStore models = new ModelStore(store, environment());

        StoredModel first = models.open("hf://acme/toy", Precision.FP32, ImportProgress.SILENT);
        int requests = hub.requests();
        hub.close();
        StoredModel second = models.open("hf://acme/toy", Precision.FP32, ImportProgress.SILENT);

        assertThat(second).isEqualTo(first);
        assertThat(hub.requests()).isEqualTo(requests);
        assertThat(models.open("hf://acme/toy@" + TestHub.COMMIT, Precision.FP32, ImportProgress.SILENT))
                .as("the commit that the entry is of")
                .isEqualTo(first);
    }

    @Test
    void anEntryOfAnotherRevisionIsAnother() {
        ModelStore models = new ModelStore(store, environment());

        assertThat(models.open("hf://acme/toy@refs/pr/2", Precision.FP32, ImportProgress.SILENT)
                        .folder())
                .isEqualTo(store.resolve("toy-refs-pr-2"));
        assertThat(models.open("hf://acme/toy", Precision.FP32, ImportProgress.SILENT)
                        .folder())
                .isEqualTo(entry);
    }

    @Test
    void twoStartsAtOnceDownloadOnce() throws Exception {
        ModelStore models = new ModelStore(store, environment());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<StoredModel> one =
                    threads.submit(() -> models.open("hf://acme/toy", Precision.FP32, ImportProgress.SILENT));
            Future<StoredModel> other =
                    threads.submit(() -> models.open("hf://acme/toy", Precision.FP32, ImportProgress.SILENT));

            assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(other.get(60, TimeUnit.SECONDS));
            assertThat(hub.seen(WEIGHTS)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of("HF_ENDPOINT", hub.address() + "/"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
