package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the platform's probes see while the service comes and goes. */
class HealthIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":1}}";

    @Test
    void whileTheModelIsLoadedItLivesAndIsNotReady() throws Exception {
        Path folder = Program.folder();
        // To be digested it takes a few seconds; on disk it is a hole.
        Path large = new ToyCheckpoint().withBallast(50_000_000).write(folder.resolve("large"));
        try (Service loading = Service.launch(folder, Map.of("UNMASK_MODEL", large.toString()))) {
            Eventually.within(SECONDS, "an answer", () -> assertThat(loading.probe("ready"))
                    .isEqualTo(503));
            Response prediction = loading.post(QUESTION);
            Response health = loading.anonymous().when().get("/health");
            Response info = loading.get("/info");
            assertThat(loading.probe("live")).isEqualTo(200);
            assertThat(loading.probe("started"))
                    .as("it was loaded too fast for this test")
                    .isEqualTo(503);

            for (Response refused : List.of(prediction, health, info)) {
                assertThat(Answers.refusal(refused, 503)).contains("being loaded");
                assertThat(Answers.header(refused, "Retry-After")).containsExactly("1");
            }
            loading.awaitReady();
            assertThat(loading.probe("started")).isEqualTo(200);
            assertThat(loading.probe("live")).isEqualTo(200);
            assertThat(loading.post(QUESTION).statusCode()).isEqualTo(200);
        }
    }

    /** A request whose body is sent in two halves, which keeps it in flight for as long as a test likes. */
    private static final class HalfSent implements AutoCloseable {
        private final RawConnection connection;
        private final Service service;

        HalfSent(Service service) throws Exception {
            this.service = service;
            connection = service.connect(Duration.ofSeconds(20));
            connection.write(
                    "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(Service.KEY, QUESTION.length(), QUESTION.substring(0, 10)));
            // Nothing tells from outside that the half has arrived.
            Thread.sleep(500);
        }

        String finish() throws IOException {
            assertThat(service.running()).as("the service waits").isTrue();
            connection.write(QUESTION.substring(10));
            assertThat(connection.readToTheEnd()).as("the end of the answer").isTrue();
            return connection.received();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @Test
    void whatIsInFlightIsAnsweredBeforeTheEnd() throws Exception {
        try (Service service = Service.ready(Program.folder());
                HalfSent request = new HalfSent(service)) {
            service.terminate();
            Eventually.within(SECONDS, "the probe to see the end coming", () -> assertThat(service.probe("ready"))
                    .isEqualTo(503));

            // It waits for the request for as long as shutdown.timeout, and goes on answering.
            Thread.sleep(1_000);
            service.assertAnswers();
            assertThat(request.finish()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("]");

            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.log())
                    .contains("Waiting for HTTP requests to complete", "unmask stopped")
                    .doesNotContain("ERROR", "\tat ");
        }
    }

    @Test
    void withADelayItAnswersAndIsNotReady() throws Exception {
        try (Service service = Service.ready(Program.folder(), Map.of("QUARKUS_SHUTDOWN_DELAY", "3s"))) {
            service.terminate();
            Eventually.within(SECONDS, "not to be ready", () -> assertThat(service.probe("ready"))
                    .isEqualTo(503));

            assertThat(service.probe("live")).isEqualTo(200);
            service.assertAnswers();
            assertThat(Answers.refusal(service.anonymous().get("/health"), 503)).contains("stopping");
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }
}
