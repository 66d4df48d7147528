package dev.unmask.importing;

import static dev.unmask.importing.TestHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.hub.HubFile;
import dev.unmask.hub.HubListing;
import dev.unmask.hub.HubReference;
import dev.unmask.progress.Progress;
import dev.unmask.store.DownloadFolder;
import dev.unmask.store.Inventory;
import dev.unmask.store.ModelStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hub refuses, and what is told of it. */
class HubRefusalTest extends HubTestBase {
    @Test
    void aSmallFileIsComparedWithGitsDigest() throws IOException {
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
    void redirectsInACircleEnd() throws IOException {
        hub.always("", status(302, "Location", "/round"));

        assertThat(refusal()).hasMessageContaining("redirects more than 10 times");
    }

    @Test
    void aRedirectToSomethingThatIsNotHttpIsNotFollowed() throws IOException {
        hub.always("", status(302, "Location", "file:///etc/passwd"));

        assertThat(refusal()).hasMessageContaining("to an address without https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:99999/x", "http://127.0.0.1:x/", "http://[::1/", "http:///x", "\u00e9 "})
    void aRedirectToNoAddressIsReportedInASentence(String location) throws IOException {
        hub.always("", status(302, "Location", location));

        assertThat(refusal()).hasMessageContaining("redirects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
                "HTTP/1.1 999999 ?\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "SSH-2.0-x\r\n",
                "\r\n\r\n",
            })
    void whatIsNotHttpIsReportedInASentence(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket client = server.accept()) {
                        client.getInputStream().read(new byte[4096]);
                        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    } catch (IOException closed) {
                        continue;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
            HubImport hubImport = new HubImport(
                    store, MODEL, settings(address, null, PATIENCE), ImportChoices.at(Precision.FP32), Progress.SILENT);

            assertThatThrownBy(() -> hubImport.into(entry, false))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("could not be downloaded: ");
        }
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
                "418 | '' | it responded with 418: check HF_ENDPOINT",
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

        assertThatThrownBy(() -> download(MODEL, "hf_secret", PATIENCE, Progress.SILENT))
                .hasMessageContaining("HF_TOKEN was rejected")
                .hasMessageNotContaining("hf_secret");
    }

    @Test
    void aWaitOfHoursIsReportedAndNotWaitedFor() throws IOException {
        hub.always("", status(429, "Retry-After", "7200"));

        assertThat(refusal()).hasMessageContaining("(429), asking to wait 7200 s");
        assertThat(hub.requests()).isEqualTo(1);
    }

    @Test
    void aHubThatIsGoneIsNamed() throws IOException {
        hub.stop();

        assertThat(refusal()).hasMessageContaining("127.0.0.1 is unreachable or stalls");
    }

    @Test
    void aFileThatCannotBeWrittenIsReportedAndNotTriedAgain() throws IOException {
        hub.next(WEIGHTS, status(404));
        refusal();
        Path inTheWay = DownloadFolder.unfinished(store).get(0).resolve(WEIGHTS + ".etag");
        Files.createDirectories(inTheWay.resolve("not-empty"));
        hub.seen.clear();

        assertThat(refusal()).hasMessageContaining(inTheWay.toString()).hasMessageContaining("run the import again");
        assertThat(hub.seen(WEIGHTS)).hasSize(1);
    }

    @Test
    void anIndexThatLeadsElsewhereIsRefused() throws IOException {
        hub.files.remove(WEIGHTS);
        hub.files.put("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../evil.bin\"}}".getBytes());

        assertThat(refusal()).message().contains("model.safetensors.index.json", "hf://acme/toy");
        assertThat(folder.resolve("store/.downloads/evil.bin")).doesNotExist();
    }

    /** Wherever it stands in the list, and whether or not the import would need it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.onnx_data/../../../../../pwned/evil.txt",
                "../evil.txt",
                "a/../../evil.txt",
                "a/..",
                "/etc/evil.txt",
                "a//evil.txt",
                "./evil.txt",
                "evil/",
                "..\\evil.txt",
                "C:\\evil.txt",
                "evil\n.txt",
                "evil\u0000.txt",
                ""
            })
    void aPathThatNoRepositoryCanHaveIsRefused(String path) throws IOException {
        hub.listed = listing -> listing.withArray("siblings").addObject().put("rfilename", path);

        assertThat(refusal()).hasMessageContaining("lists a path that leads elsewhere");
        assertThat(hub.requests()).isEqualTo(1);
    }

    /** What belongs to a graph by its name lies beside it, in no folder. */
    @Test
    void externalDataInAFolderIsNotTaken() throws IOException {
        HubFile graph = new HubFile("onnx/model.onnx", 1, null, null);
        List<HubFile> files = Stream.of(
                        "onnx/model.onnx_data",
                        "onnx/model.onnx_data_1",
                        "onnx/model.onnx.data",
                        "onnx/model.onnx_data/a",
                        "onnx/model.onnx_data.\u00e9",
                        "model.onnx_data")
                .map(path -> new HubFile(path, 1, null, null))
                .toList();

        assertThat(new NeededFiles(MODEL, new HubListing(TestHub.COMMIT, files)).externalData(graph))
                .isEqualTo(files.subList(0, 3));
    }

    @Test
    void anotherCommitThanTheOneThatIsAskedForIsRefused() throws IOException {
        String asked = "b".repeat(40);

        assertThatThrownBy(
                        () -> download(HubReference.parse("hf://acme/toy@" + asked), null, PATIENCE, Progress.SILENT))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(asked)
                .hasMessageContaining(TestHub.COMMIT);
        assertThat(new ModelStore(store).names()).isEmpty();

        download(HubReference.parse("hf://acme/toy@" + TestHub.COMMIT), null, PATIENCE, Progress.SILENT);
        assertWhole();
    }

    private void withoutSizesAndDigests() {
        hub.listed =
                listing -> listing.withArray("siblings").forEach(sibling -> ((ObjectNode) sibling).retain("rfilename"));
    }

    @Test
    void aFileWithoutADigestIsTakenWithAWarning() throws IOException {
        withoutSizesAndDigests();

        assertThat(download().warnings())
                .contains("The hub lists no digest of model.safetensors, so its contents could not be verified.");
        assertWhole();
    }

    @Test
    void anEndlessFileIsAbandonedAtItsLimitAndNotTriedAgain() throws IOException {
        withoutSizesAndDigests();
        hub.always("config.json", TestHub.endless());

        assertThat(refusal())
                .hasMessageContaining("the hub doesn't list its size, and the server sent more than the 64 MiB")
                .hasMessageContaining("nothing was kept");
        assertThat(hub.seen("config.json")).hasSize(1);
        assertThat(Inventory.size(store)).isLessThan(1 << 20);
    }

    @Test
    void aBodyThatGoesOnAfterItsEndIsNotTriedForEver() throws IOException {
        hub.always(WEIGHTS, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(weights);
            exchange.getResponseBody().write(new byte[100]);
            return true;
        });

        assertThat(refusal()).hasMessageContaining("more than its %d bytes".formatted(weights.length));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 50, 1L << 62, Long.MAX_VALUE})
    void aSizeThatNoFileHasIsRefused(long size) throws IOException {
        hub.listed =
                listing -> listing.withArray("siblings").forEach(sibling -> ((ObjectNode) sibling).put("size", size));

        assertThat(refusal()).hasMessageContaining("lists a file of more than 1024 GiB");
    }

    @Test
    void aSmallFileThatIsListedAsALargeOneIsRefused() throws IOException {
        hub.listed = listing ->
                listing.withArray("siblings").forEach(sibling -> ((ObjectNode) sibling).put("size", 100L << 20));

        assertThat(refusal()).hasMessageContaining("is listed with 100 MiB; at most 64 MiB are accepted");
    }

    @Test
    void aRepositoryWithoutWeightsIsRefused() throws IOException {
        hub.files.remove(WEIGHTS);

        assertThat(refusal()).hasMessageStartingWith("hf://acme/toy has no supported weights: neither ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "<html>", "{\"sha\":\"../..\"}"})
    void whatIsNotAListingIsRefused(String answer) throws IOException {
        hub.next("", TestHub.bytes(answer.getBytes()));

        assertThat(refusal()).hasMessageContaining("HF_ENDPOINT must be a Hugging Face hub");
    }
}
