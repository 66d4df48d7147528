package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With all logging on, neither a text nor a key gets into the logs, the metrics, or what a refusal says. */
class CanaryIT {
    /** A word that nothing but the requests of this class has. */
    private static final String CANARY = "qzxjvk";

    private static final String KEY = "wvkqpz-the-secret-key-wvkqpz";

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.ready(
                Program.folder(),
                Map.of(
                        "UNMASK_API_KEY", KEY,
                        "UNMASK_ACCESS_LOG_FILE", "stdout",
                        "QUARKUS_LOG_LEVEL", "TRACE",
                        "QUARKUS_LOG_CATEGORY__AI_DJL__LEVEL", "TRACE",
                        "QUARKUS_LOG_CATEGORY__AI_DJL_UTIL_CUDA__LEVEL", "TRACE",
                        "QUARKUS_LOG_CATEGORY__IO_SMALLRYE_HEALTH__LEVEL", "TRACE"));
    }

    /** Once more at the end, for what is logged later than its answer. */
    @AfterAll
    static void stop() throws Exception {
        try (Service stopped = service) {
            assertThat(stopped.metrics())
                    .contains("unmask_requests_seconds_count")
                    .doesNotContainIgnoringCase(CANARY)
                    .doesNotContainIgnoringCase("wvkqpz");
            stopped.terminate();
            stopped.exitCode();
            assertThat(stopped.log()).contains("\"path\":\"/predict\"", "\"path\":\"other\"", "\"status\":413");
            assertLogKnowsNothing();
        }
    }

    private static void assertLogKnowsNothing() {
        assertThat(service.log())
                .doesNotContainIgnoringCase(CANARY)
                .doesNotContainIgnoringCase(KEY)
                .doesNotContainIgnoringCase("wvkqpz");
    }

    private static void assertRefused(Response response, int status) {
        assertThat(Answers.refusal(response, status)).doesNotContainIgnoringCase(CANARY);
        assertThat(response.headers().toString()).doesNotContainIgnoringCase(CANARY);
        assertLogKnowsNothing();
    }

    private static RequestSpecification asking(String authorization) {
        return service.anonymous().header("Authorization", authorization).contentType(ContentType.JSON);
    }

    private static Response post(String path, String body) {
        return asking("Bearer " + KEY).body(body).when().post(path);
    }

    @Test
    void theLogTellsAllThatItCan() {
        post("/nowhere", "{}");

        assertThat(service.log()).contains(" DEBUG [", " INFO  [");
        assertThat(service.log().lines().filter(line -> line.contains(" DEBUG [")))
                .as("lines at DEBUG")
                .hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\":\"qzxjvk is [MASK] qzxjvk .\"}",
                "{\"inputs\":[\"qzxjvk [MASK]\",\"[MASK] qzxjvk [MASK]\"],\"parameters\":{\"top_k\":165}}",
                "{\"inputs\":\"a [MASK]\",\"parameters\":{\"targets\":[\"qzxjvk\",\"lung\",\"QZXJVK\"]}}",
                "{\"inputs\":\"a [MASK]\",\"qzxjvk\":\"qzxjvk\"}",
            })
    void anAnswerLeavesNoTraceInTheLog(String body) {
        Response response = post("/predict", body);

        Answers.prediction(response);
        assertThat(response.headers().toString()).doesNotContainIgnoringCase(CANARY);
        assertLogKnowsNothing();
    }

    static Stream<String> badBodies() {
        return Stream.of(
                "qzxjvk",
                "{\"inputs\":\"qzxjvk",
                "{\"inputs\": qzxjvk}",
                "{\"inputs\":\"qzxjvk [MASK]\"} qzxjvk",
                "{\"qzxjvk\":\"qzxjvk [MASK]\"}",
                "[\"qzxjvk [MASK]\"]",
                "\"qzxjvk [MASK]\"",
                "{\"inputs\":\"qzxjvk\"}",
                "{\"inputs\":{\"qzxjvk\":\"qzxjvk\"}}",
                "{\"inputs\":{\"inputs\":\"qzxjvk [MASK]\",\"qzxjvk\":1}}",
                "{\"inputs\":[\"qzxjvk [MASK]\",{\"qzxjvk\":\"qzxjvk\"}]}",
                "{\"inputs\":[\"qzxjvk [MASK]\",\"qzxjvk\"]}",
                "{\"inputs\":\"qzxjvk \\ud800 [MASK]\"}",
                "{\"inputs\":\"[MASK]" + " qzxjvk".repeat(600) + "\"}",
                "{\"inputs\":\"" + "qzxjvk ".repeat(600)
                        + "[MASK]\",\"parameters\":{\"tokenizer_kwargs\":{\"truncation\":true}}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":\"qzxjvk\"}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"qzxjvk\":1}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"top_k\":\"qzxjvk\"}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"targets\":{\"qzxjvk\":1}}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"tokenizer_kwargs\":{\"qzxjvk\":1}}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"tokenizer_kwargs\":{\"truncation\":\"qzxjvk\"}}}",
                "{\"inputs\":\"qzxjvk [MASK]\",\"parameters\":{\"tokenizer_kwargs\":{\"padding\":\"qzxjvk\"}}}",
                "{\"inputs\":" + "[\"qzxjvk\",".repeat(100) + "1" + "]".repeat(100) + "}");
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBadBodyLeavesNoTrace(String body) {
        assertThat(body).contains(CANARY);

        assertRefused(post("/score", body), 400);
    }

    @Test
    void embeddingsLeaveNoTrace() {
        assertRefused(post("/embeddings", "{\"inputs\":\"qzxjvk\"}"), 404);
    }

    @Test
    void otherProtocolsLeaveNoTrace() {
        String tensor =
                "{\"id\":\"qzxjvk\",\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}";
        String infer = "/v2/models/toy-model/infer";
        String predict = "/v1/models/toy-model:predict";
        Answers.prediction(post(infer, tensor.formatted("qzxjvk [MASK]")));
        Answers.prediction(post(predict, "{\"instances\":[\"qzxjvk [MASK]\"]}"));
        assertRefused(post(infer, tensor.formatted("qzxjvk")), 400);
        assertRefused(post(infer, "{\"inputs\":[{\"name\":\"qzxjvk\",\"data\":[\"qzxjvk\"]}]}"), 400);
        assertRefused(post(infer, "{\"inputs\":[{\"qzxjvk\":1}],\"outputs\":[{\"name\":\"qzxjvk\"}]}"), 400);
        assertRefused(post(predict, "{\"instances\":[\"qzxjvk\"]}"), 400);
        assertRefused(post(predict, "{\"instances\":[{\"qzxjvk\":\"qzxjvk [MASK]\"}]}"), 400);
        assertRefused(post("/v2/models/qzxjvk/infer", tensor.formatted("qzxjvk [MASK]")), 404);
        assertRefused(post("/v1/models/qzxjvk:predict", "{}"), 404);
        assertRefused(asking("Bearer " + KEY).when().get("/v2/models/qzxjvk/versions/qzxjvk/ready"), 404);
        assertLogKnowsNothing();
    }

    @Test
    void aBodyThatIsTooLargeLeavesNoTrace() {
        assertRefused(post("/", "{\"inputs\":\"" + CANARY.repeat(200_000) + " [MASK]\"}"), 413);
    }

    @Test
    void neitherPathNorQueryLeaveATrace() {
        assertRefused(post("/qzxjvk/qzxjvk?qzxjvk=qzxjvk", "{\"inputs\":\"qzxjvk [MASK]\"}"), 404);
        assertRefused(post("/predict?qzxjvk=qzxjvk", "{\"inputs\":\"qzxjvk [MASK]\"}"), 400);
        assertRefused(post("/predict?top_k=qzxjvk", "{\"inputs\":\"qzxjvk [MASK]\"}"), 400);
        Answers.prediction(post("/predict?targets=qzxjvk", "{\"inputs\":\"qzxjvk [MASK]\"}"));
        assertLogKnowsNothing();
    }

    @Test
    void aWrongKeyLeavesNoTrace() {
        for (String authorization :
                new String[] {"Bearer qzxjvk", "qzxjvk", "Basic qzxjvk", "Bearer " + KEY + CANARY}) {
            assertRefused(
                    asking(authorization)
                            .body("{\"inputs\":\"qzxjvk [MASK]\"}")
                            .when()
                            .post("/predict"),
                    401);
        }
    }

    @Test
    void badHeadersLeaveNoTrace() {
        assertRefused(withHeader("Content-Type", "text/qzxjvk"), 415);
        assertRefused(withHeader("Accept", "text/qzxjvk"), 406);
        assertRefused(withHeader("x-request-id", CANARY.repeat(20)), 431);
        assertRefused(withHeader("TraceId", CANARY.repeat(20)), 431);
        Answers.prediction(withHeader("Cookie", CANARY + "=" + CANARY));
        Answers.prediction(withHeader("X-Forwarded-For", CANARY));
        Answers.prediction(withHeader("Content-Encoding", CANARY));
        assertLogKnowsNothing();
    }

    private static Response withHeader(String name, String value) {
        return asking("Bearer " + KEY)
                .header(name, value)
                .body("{\"inputs\":\"qzxjvk [MASK]\"}")
                .when()
                .post("/predict");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qzxjvk\r\n\r\n",
                "POST /predict?qzxjvk HTTP/1.1\r\nHost: x\r\nContent-Length: qzxjvk\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nqzxjvk\r\n\r\n",
                "GET /%zzqzxjvk HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wvkqpz-the-secret-key-wvkqpz\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nqzxjvk\r\n\r\n",
            })
    void whatIsNotHttpLeavesNoTrace(String request) throws Exception {
        service.exchange(request);

        assertLogKnowsNothing();
    }
}
