package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients that hang up, or stop sending or reading. Neither is an error of the service. */
class AbandonedRequestsIT {
    private static final String HEAD =
            "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s";

    private static String request(String json) {
        return HEAD.formatted(Service.KEY, json.length(), json);
    }

    private static String large(int texts, int topK) {
        String text = "\"[MASK]" + " lung".repeat(400) + "\"";
        return "{\"inputs\":[%s],\"parameters\":{\"top_k\":%d}}"
                .formatted(String.join(",", Collections.nCopies(texts, text)), topK);
    }

    /** At every stage: before the body, amid it, while the model runs, while the answer is sent. */
    @Test
    void hangingUpIsNotAnError() throws Exception {
        try (Service service = Service.ready(Program.folder())) {
            String small = request("{\"inputs\":\"there is no [MASK] .\"}");
            String slow = request(large(20, 1));
            String longAnswer = request(large(20, 100));
            for (int i = 0; i < 150; i++) {
                for (String whole : new String[] {small, slow, longAnswer}) {
                    try (RawConnection connection = service.connect(Duration.ofMillis(1 + i % 20))) {
                        connection.write(i % 3 == 0 ? whole.substring(0, whole.length() * (i % 50) / 50) : whole);
                        if (i % 2 == 0) {
                            connection.readToTheEnd();
                        }
                    }
                }
            }
            await("the queue to be empty")
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .untilAsserted(service::assertAnswers);
            assertThat(service.log()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    /** The time for the body and the time for the answer are two: a request whose body was whole is not "late". */
    @Test
    void aBodyThatArrivedIsNotLateHoweverLongItsAnswerTakes() throws Exception {
        Map<String, String> settings = Map.of("UNMASK_LIMITS_BODY_TIMEOUT", "300ms", "UNMASK_REQUEST_TIMEOUT", "100s");
        try (Service service = Service.ready(Program.folder(), settings)) {
            long begun = System.nanoTime();
            assertThat(service.post(large(250, 1)).statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(300));

            try (RawConnection connection = service.connect(Duration.ofSeconds(5))) {
                connection.write(request("{\"inputs\":\"a [MASK]\"}").replaceFirst("\\}$", ""));
                assertThat(connection.readToTheEnd()).isTrue();
                assertThat(connection.received())
                        .startsWith("HTTP/1.1 408 ")
                        .contains("{\"error\":\"The request did not arrive in time.\"}");
            }
            assertThat(service.log()).doesNotContain("ERROR", "Exception");
        }
    }

    @Test
    void whoDoesNotReadIsCutOffAndHoldsNobodyUp() throws Exception {
        Map<String, String> settings = Map.of("UNMASK_LIMITS_WRITE_TIMEOUT", "2s");
        try (Service service = Service.ready(Program.folder(), settings)) {
            // Some 15 MiB, more than the buffers of both sides hold.
            String masks = "[MASK]".repeat(40) + " lung".repeat(400);
            String request = request("{\"inputs\":\"%s\",\"parameters\":{\"top_k\":160}}".formatted(masks));
            RawConnection[] readers = new RawConnection[6];
            for (int i = 0; i < readers.length; i++) {
                readers[i] = service.connect(Duration.ofSeconds(1));
                readers[i].write(request);
            }
            service.assertAnswers();
            Thread.sleep(4_000);
            service.assertAnswers();
            int cutOff = 0;
            for (RawConnection reader : readers) {
                boolean ended = reader.readToTheEnd();
                cutOff += ended && !reader.received().endsWith("0\r\n\r\n") ? 1 : 0;
                reader.close();
            }
            assertThat(cutOff).isEqualTo(readers.length);
            assertThat(service.log()).doesNotContain("ERROR", "Exception");
        }
    }
}
