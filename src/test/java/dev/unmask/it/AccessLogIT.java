package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A line for each request that is over, in a file that is rotated. */
class AccessLogIT {
    private static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(Json::read).toList();
    }

    @Test
    void eachRequestIsALineAndNothingOfItsTextIsInIt() throws Exception {
        Path folder = Program.folder();
        Path file = folder.resolve("access.jsonl");
        try (Service service = Service.ready(folder, Map.of("UNMASK_ACCESS_LOG_FILE", file.toString()))) {
            Instant begun = Instant.now().minusSeconds(1);
            String id = service.post("{\"inputs\":[\"there is no [MASK]\",\"the [MASK] .\"]}")
                    .header("x-request-id");
            service.anonymous().when().post("/score");
            service.exchange("LUNG%s /lung?lung=lung HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    .formatted("LUNG".repeat(500)));
            await().untilAsserted(() -> assertThat(lines(file)).hasSize(3));

            JsonNode first = lines(file).get(0);
            assertThat(first.fieldNames())
                    .toIterable()
                    .containsExactly(
                            "time",
                            "request_id",
                            "key",
                            "method",
                            "path",
                            "status",
                            "texts",
                            "tokens",
                            "body_bytes",
                            "answer_bytes",
                            "model",
                            "ms");
            assertThat(Instant.parse(first.path("time").asText())).isBetween(begun, Instant.now());
            assertThat(first.path("request_id").asText()).isEqualTo(id);
            assertThat(first.path("key").asText()).isEqualTo("api-key");
            assertThat(first.path("method").asText()).isEqualTo("POST");
            assertThat(first.path("path").asText()).isEqualTo("/predict");
            assertThat(first.path("status").asInt()).isEqualTo(200);
            assertThat(first.path("texts").asInt()).isEqualTo(2);
            assertThat(first.path("tokens").asInt()).isEqualTo(11);
            assertThat(first.path("body_bytes").asInt()).isEqualTo(48);
            assertThat(first.path("answer_bytes").asInt()).isGreaterThan(100);
            assertThat(first.path("model").asText()).startsWith("toy-model@");
            assertThat(first.path("ms").asDouble()).isPositive();

            JsonNode refused = lines(file).get(1);
            assertThat(refused.path("status").asInt()).isEqualTo(401);
            assertThat(refused.path("key").isNull()).isTrue();
            assertThat(refused.path("path").asText()).isEqualTo("/score");
            assertThat(lines(file).get(2).path("path").asText()).isEqualTo("other");
            assertThat(lines(file).get(2).path("method").asText()).isEqualTo("other");
            assertThat(Files.readString(file)).doesNotContain("there", "MASK", "lung", "LUNG");
        }
    }

    @Test
    void whatWaitsIsWrittenAtTheEndAndTheFileIsRotated() throws Exception {
        Path folder = Program.folder();
        Path file = folder.resolve("access.jsonl");
        Map<String, String> settings = Map.of(
                "UNMASK_ACCESS_LOG_FILE", file.toString(),
                "UNMASK_ACCESS_LOG_MAX_SIZE", "2K",
                "UNMASK_ACCESS_LOG_KEEP", "2");
        try (Service service = Service.ready(folder, settings)) {
            for (int i = 0; i < 30; i++) {
                service.get("/info").then().statusCode(200);
            }
            service.terminate();
            service.exitCode();
        }

        assertThat(file).exists();
        assertThat(Files.size(file)).isLessThan(3_000);
        assertThat(folder.resolve("access.jsonl.1")).exists();
        assertThat(folder.resolve("access.jsonl.2")).exists();
        assertThat(folder.resolve("access.jsonl.3")).doesNotExist();
        assertThat(lines(folder.resolve("access.jsonl.1"))).isNotEmpty();
    }

    /** The kernel's own file that is always full stands for a full disk. */
    @Test
    void aFullDiskHoldsUpNoRequestAndIsCounted() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Path folder = Program.folder();
        Path file = folder.resolve("access.jsonl");
        Files.createSymbolicLink(file, full);
        try (Service service = Service.ready(folder, Map.of("UNMASK_ACCESS_LOG_FILE", file.toString()))) {
            service.assertAnswers();
            service.assertAnswers();

            await().untilAsserted(() -> assertThat(service.metric("unmask_access_log_dropped_total"))
                    .isGreaterThanOrEqualTo(1));
            service.assertAnswers();
            assertThat(service.probe("live")).isEqualTo(200);
        }
    }
}
