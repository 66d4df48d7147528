package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
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
            await("an answer").atMost(SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(loading.probe("ready"))
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
}
