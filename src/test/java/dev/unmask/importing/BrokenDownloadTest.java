package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static dev.unmask.importing.TestHub.status;
import static dev.unmask.importing.TestHub.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.store.DownloadFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Downloads that break off, stall or are spoiled on the way, from a real HTTP server. */
class BrokenDownloadTest extends HubTestBase {
    @Test
    void aBrokenConnectionIsResumedWhereItBroke() throws IOException {
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
    void aDownloadThatWasAbandonedIsResumedByTheNextImport() throws IOException {
        hub.next(WEIGHTS, truncated(weights, 100_000));
        hub.next(WEIGHTS, status(404));
        assertThat(refusal()).hasMessageContaining("file \"model.safetensors\"").hasMessageContaining("(404)");
        assertThat(DownloadFolder.unfinished(store)).hasSize(1);
        hub.seen.clear();
        AtomicLong resumed = new AtomicLong();

        download(MODEL, null, PATIENCE, new Progress() {
            @Override
            public void begin(String task, long bytes, Unit unit) {
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
    void aServerWithoutRangesIsTolerated() throws IOException {
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
                        + " digest differs from the hub's list");
        assertThat(names(DownloadFolder.unfinished(store).get(0))).doesNotContain(WEIGHTS, WEIGHTS + ".part");
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
                MODEL, null, new HubSettings.Patience(3, Duration.ofMillis(2), Duration.ofSeconds(1)), Progress.SILENT);

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
                MODEL, null, new HubSettings.Patience(0, Duration.ofMillis(2), Duration.ofSeconds(1)), Progress.SILENT);

        assertWhole();
        assertThat(hub.seen(WEIGHTS)).hasSize(1);
    }

    @Test
    void anInterruptedDownloadIsKeptAndResumed() throws Exception {
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
            assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContaining("it was interrupted; run the import again");
        } finally {
            end.countDown();
            thread.shutdownNow();
        }

        download();

        assertWhole();
    }
}
