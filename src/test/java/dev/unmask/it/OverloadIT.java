package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** More than the service can do: what it says then, and that it goes on. */
@Isolated("It measures, or loads the machine.")
class OverloadIT {
    private static String question(int texts, int words) {
        String text = "\"there is no [MASK] .%s\"".formatted(" lung".repeat(words));
        return "{\"inputs\":[%s],\"parameters\":{\"top_k\":1}}"
                .formatted(String.join(",", Collections.nCopies(texts, text)));
    }

    @Test
    void whatTakesTooLongIs408() throws Exception {
        try (Service service = Service.ready(Program.folder(), Map.of("UNMASK_REQUEST_TIMEOUT", "1ms"))) {
            Response late = service.post(question(256, 500));

            assertThat(Answers.refusal(late, 408)).contains("1 ms", "UNMASK_REQUEST_TIMEOUT");
            late.then().header("x-ms-run-function-failed", equalTo("True"));
            assertThat(service.probe("ready")).isEqualTo(200);
        }
    }

    /** Its texts are tokenized in a tenth of the time, and computed in several times as much. */
    @Test
    void whatIsTooMuchForItsTimeIs413AndFewerTextsAreAnswered() throws Exception {
        Map<String, String> settings = Map.of(
                "UNMASK_MODEL",
                Path.of("model-store/demo").toAbsolutePath().toString(),
                "UNMASK_REQUEST_TIMEOUT",
                "400ms");
        try (Service service = Service.ready(Program.folder(), settings)) {
            Response refused = service.post(question(64, 500));

            assertThat(Answers.refusal(refused, 413))
                    .contains("The 64 texts would take about", "UNMASK_REQUEST_TIMEOUT")
                    .containsPattern("about \\d+ of them");
            assertThat(service.metric("unmask_batch_tokens_max")).isLessThan(512);
            service.post(question(1, 100)).then().statusCode(200);
        }
    }

    /** Each is larger than the queue and taken when nothing else waits. */
    @Test
    void whatDoesNotFitIntoTheQueueIs429AndTheRestIsRight() throws Exception {
        int clients = 16;
        try (Service service = Service.ready(Program.folder(), Map.of("UNMASK_QUEUE_TOKENS", "512"))) {
            String question = question(8, 400);
            JsonNode right = Answers.prediction(service.post(question));

            List<Response> responses = atOnce(clients, service, question);

            List<Response> taken =
                    responses.stream().filter(r -> r.statusCode() == 200).toList();
            List<Response> refused =
                    responses.stream().filter(r -> r.statusCode() != 200).toList();
            assertThat(taken).isNotEmpty();
            taken.forEach(response -> Json.assertSame(right, Answers.prediction(response)));
            assertThat(refused).isNotEmpty();
            for (Response response : refused) {
                Answers.refusal(response, 429);
                response.then()
                        .header("Retry-After", equalTo("1"))
                        .header("ms-azureml-model-error-reason", equalTo("too_many_pending_request"));
            }
            service.assertAnswers();
        }
    }

    private static List<Response> atOnce(int clients, Service service, String question) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            CountDownLatch start = new CountDownLatch(clients);
            List<Future<Response>> futures = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                futures.add(executor.submit(() -> {
                    start.countDown();
                    start.await();
                    return service.post(question);
                }));
            }
            List<Response> responses = new ArrayList<>();
            for (Future<Response> future : futures) {
                responses.add(future.get(60, TimeUnit.SECONDS));
            }
            return responses;
        } finally {
            executor.shutdownNow();
        }
    }
}
