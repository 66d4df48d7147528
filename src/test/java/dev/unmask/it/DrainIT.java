package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that is told to stop answers what it accepted, and then ends. */
class DrainIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final int CLIENTS = 8;
    /** A connection for each question, and connections that are used again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void underLoadNoAcceptedRequestIsLost(boolean reusing) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (Service service = Service.ready(Program.folder())) {
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger lost = new AtomicInteger();
            List<Future<Void>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(threads.submit(new PersistentClient(service, reusing, answered, lost)));
            }
            await("the load to begin").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(answered.get())
                    .isGreaterThan(10 * CLIENTS));

            service.terminate();
            for (Future<Void> client : clients) {
                client.get();
            }

            assertThat(lost).as("of %d requests", answered.get()).hasValue(0);
            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.log()).doesNotContain("ERROR", "WARN", "\tat ");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatIsInFlightIsAnsweredAndNewConnectionsAreRefused() throws Exception {
        try (Service service = Service.ready(Program.folder());
                RawConnection request = service.connect(Duration.ofSeconds(20))) {
            String whole = PersistentClient.request("keep-alive");
            int half = whole.length() - 10;
            request.write(whole.substring(0, half));
            // Nothing tells from outside that the half has arrived.
            Thread.sleep(500);

            service.terminate();
            awaitRefusal(service);
            Thread.sleep(1_500);

            assertThat(service.running()).as("the service waits").isTrue();
            assertThat(service.probe("ready")).isEqualTo(503);
            assertThat(service.probe("live")).isEqualTo(200);
            request.write(whole.substring(half));
            assertThat(request.readToTheEnd()).as("the end of the answer").isTrue();
            assertThat(request.received())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("connection: close")
                    .endsWith("]");
            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.log()).contains("unmask stopped").doesNotContain("ERROR", "WARN", "\tat ");
        }
    }

    @Test
    void aConnectionThatIsOpenAlreadyMayStillAsk() throws Exception {
        try (Service service = Service.ready(Program.folder());
                RawConnection connection = service.connect(SECONDS)) {
            service.terminate();
            awaitRefusal(service);
            connection.write(PersistentClient.request("keep-alive"));

            assertThat(connection.readToTheEnd()).isTrue();
            assertThat(connection.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("]");
        }
    }

    @Test
    void idleConnectionsDoNotHoldItUp() throws Exception {
        try (Service service = Service.ready(Program.folder());
                RawConnection silent = service.connect(SECONDS);
                RawConnection idle = service.connect(SECONDS)) {
            idle.write(PersistentClient.request("keep-alive"));
            // Long enough for its answer.
            Thread.sleep(500);
            long told = System.nanoTime();
            service.terminate();

            assertThat(idle.readToTheEnd()).isTrue();
            assertThat(silent.readToTheEnd()).isTrue();
            assertThat(idle.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("]");
            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(SECONDS);
        }
    }

    @Test
    void whatTakesTooLongIsCutOff() throws Exception {
        try (Service service = Service.ready(Program.folder(), Map.of("UNMASK_DRAIN_TIMEOUT", "1500ms"));
                RawConnection request = service.connect(SECONDS)) {
            request.write(PersistentClient.request("close").substring(0, 150));
            Thread.sleep(500);
            service.terminate();

            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.log()).contains("UNMASK_DRAIN_TIMEOUT").doesNotContain("ERROR", "\tat ");
        }
    }

    @Test
    void withADelayItAnswersAndIsNotReady() throws Exception {
        try (Service service = Service.ready(Program.folder(), Map.of("UNMASK_DRAIN_DELAY", "3s"))) {
            service.terminate();
            await("not to be ready").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(
                            service.probe("ready"))
                    .isEqualTo(503));

            assertThat(service.probe("live")).isEqualTo(200);
            service.assertAnswers();
            assertThat(Answers.refusal(service.anonymous().get("/health"), 503)).contains("stopping");
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }

    private static void awaitRefusal(Service service) throws InterruptedException {
        await("new connections to be refused")
                .atMost(SECONDS)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    try {
                        service.connect(SECONDS).close();
                        throw new AssertionError("a connection was accepted");
                    } catch (ConnectException refused) {
                        assertThat(service.running()).isTrue();
                    } catch (IOException reset) {
                        throw new AssertionError(reset);
                    }
                });
    }
}
