package dev.unmask.it;

import static dev.unmask.it.Answers.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The situations of the wire contract: paths, methods, keys, queries. */
@ExtendWith(ToyService.class)
class SituationsIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private final Service service;

    SituationsIT(Service service) {
        this.service = service;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/predict", "/score", "/predict/", "/score/"})
    void predictionsAreAnsweredAtEachPath(String path) {
        Response response = service.post(path, QUESTION);

        JsonNode rows = Answers.prediction(response);
        assertThat(rows).hasSize(5);
        assertThat(response.asString()).startsWith("[{\"score\":0.726").doesNotContain("\": ", ", \"");
        assertThat(header(response, "Content-Length"))
                .containsExactly(String.valueOf(response.asString().getBytes(StandardCharsets.UTF_8).length));
        assertThat(header(response, "x-ms-run-function-failed")).containsExactly("False");
        assertThat(header(response, "x-ms-run-fn-exec-ms"))
                .singleElement()
                .asString()
                .matches("\\d+\\.\\d{3}");
    }

    @Test
    void embeddingsAreNotFoundOnAModelWithoutAHeadForThem() throws Exception {
        assertThat(Answers.refusal(service.post("/embeddings", "{\"inputs\":\"clear\"}"), 404))
                .contains("\"toy-model\" has no projection head", "CXR-BERT-specialized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/"})
    void probesAreOkForAnyone(String path) {
        Response response =
                service.anonymous().header("Accept", "image/png").when().get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.asString()).isEqualTo("Ok");
        assertThat(header(response, "Content-Type")).singleElement().asString().startsWith("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health"})
    void aHeadRequestIsAProbeWithoutABody(String path) {
        Response response = service.anonymous().when().head(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.asString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /, 'GET, HEAD, OPTIONS, POST'",
        "DELETE, /, 'GET, HEAD, OPTIONS, POST'",
        "GET, /predict, 'OPTIONS, POST'",
        "GET, /predict/, 'OPTIONS, POST'",
        "PATCH, /score, 'OPTIONS, POST'",
        "BREW, /score, 'OPTIONS, POST'",
        "POST, /health, 'GET, HEAD, OPTIONS'",
        "POST, /info, 'GET, HEAD, OPTIONS'",
        "DELETE, /swagger.json, 'GET, HEAD, OPTIONS'",
    })
    void anotherMethodIs405WithTheAllowedOnes(String method, String path, String allowed) {
        Response response = service.posting(QUESTION).when().request(method, path);

        assertThat(Answers.refusal(response, 405)).contains("Allow");
        assertThat(header(response, "Allow")).containsExactly(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "/, 'GET, HEAD, OPTIONS, POST'",
        "/predict, 'OPTIONS, POST'",
        "/score, 'OPTIONS, POST'",
        "/health, 'GET, HEAD, OPTIONS'",
        "/info, 'GET, HEAD, OPTIONS'",
    })
    void optionsAreAnsweredWithTheMethods(String path, String allowed) {
        Response response = service.to().when().options(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.asString()).isEmpty();
        assertThat(header(response, "Allow")).containsExactly(allowed);
    }

    @Test
    void optionsOfAnUnknownPathAre404() {
        Answers.refusal(service.to().when().options("/nope"), 404);
    }

    @Test
    void matrixParametersChangeNothing() {
        Response plain =
                service.to().contentType(ContentType.TEXT).body(QUESTION).when().post("/predict;a=b");
        Response json = service.post("/predict;a=b", QUESTION);

        Answers.refusal(plain, 415);
        assertThat(Answers.prediction(json)).hasSize(5);
        assertThat(header(json, "x-ms-run-function-failed")).containsExactly("False");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/unknown",
                "/predict/more",
                "/invocations",
                "/ping",
                "/metrics",
                "/q/health",
                "/q/metrics",
                "/Predict"
            })
    void anUnknownPathIs404(String path) {
        assertThat(Answers.refusal(service.get(path), 404)).contains("/predict").doesNotContain("unknown");
        Answers.refusal(service.post(path, QUESTION), 404);
    }

    @Test
    void aMissingKeyIs401WithAChallenge() {
        assertUnauthorized(service.anonymous()
                .contentType(ContentType.JSON)
                .body(QUESTION)
                .when()
                .post("/predict"));
        assertUnauthorized(service.anonymous().get("/info"));
        assertUnauthorized(service.anonymous().get("/unknown"));
        assertUnauthorized(service.anonymous().when().options("/predict"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer " + Service.KEY + "x",
                "Bearer " + Service.KEY + " x",
                "Bearer",
                "Bearer ",
                "Basic " + Service.KEY,
                Service.KEY,
                "Bearer,Bearer " + Service.KEY,
            })
    void aWrongKeyIs401(String authorization) {
        assertUnauthorized(service.anonymous()
                .header("Authorization", authorization)
                .contentType(ContentType.JSON)
                .body(QUESTION)
                .when()
                .post("/predict"));
    }

    @Test
    void twoAuthorizationHeadersAreAsGoodAsNone() {
        assertUnauthorized(service.posting(QUESTION)
                .header("Authorization", "Bearer wrong")
                .when()
                .post("/predict"));
        assertUnauthorized(service.posting(QUESTION)
                .header("Authorization", "Bearer " + Service.KEY)
                .when()
                .post("/predict"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "Bearer   "})
    void theSchemeIsReadInAnyCase(String scheme) {
        Answers.prediction(service.anonymous()
                .header("Authorization", scheme + Service.KEY)
                .contentType(ContentType.JSON)
                .body(QUESTION)
                .when()
                .post("/predict"));
    }

    private static void assertUnauthorized(Response response) {
        assertThat(Answers.refusal(response, 401)).contains("Authorization: Bearer KEY");
        assertThat(header(response, "WWW-Authenticate")).containsExactly("Bearer");
    }

    @Test
    void aBodyInChunksIsRead() {
        byte[] body = QUESTION.getBytes(StandardCharsets.UTF_8);

        Answers.prediction(service.to()
                .contentType(ContentType.JSON)
                .body(new ByteArrayInputStream(body))
                .when()
                .post("/predict"));
    }

    private String expectingToContinue(String key) throws Exception {
        String request = "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
                + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(key, QUESTION.length(), QUESTION);
        return service.exchange(request);
    }

    @Test
    void aClientThatExpectsToContinueIsToldSoOnceAndAnswered() throws Exception {
        assertThat(expectingToContinue(Service.KEY))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("]");
    }

    @Test
    void aClientThatExpectsToContinueWithoutAKeyIsNotAskedForItsBody() throws Exception {
        assertThat(expectingToContinue("wrong")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aClientThatIsRefusedAndDoesNotSendItsBodyIsNotWaitedFor() throws Exception {
        try (RawConnection connection = service.connect(Duration.ofSeconds(8))) {
            connection.write("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");

            assertThat(connection.readToTheEnd()).as("the connection is closed").isTrue();
            assertThat(connection.received()).startsWith("HTTP/1.1 401 ").endsWith("}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "top_k=2, 2",
        "top_k=9&top_k=1, 1",
        "top_k=0, 0",
        "targets=effusion, 1",
        "targets=effusion&targets=lung, 1",
        "top_k=2&batch_size=0, 2",
    })
    void theQueryStandsInForParameters(String query, int rows) {
        assertThat(Answers.prediction(service.post("/predict?" + query, QUESTION)))
                .hasSize(rows);
        assertThat(Answers.prediction(service.post(
                        "/predict?" + query, "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":3}}")))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo=bar", "top_k=true", "top_k=-1", "top_k=2.5", "top_k=", "top_k=166", "targets="})
    void aQueryIsCheckedAsParametersAre(String query) {
        Answers.refusal(service.post("/predict?" + query, QUESTION), 400);
    }

    @Test
    void replacedTargetsAreToldInHeadersWithoutTheirText() {
        Response response = service.post(
                "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"targets\":[\"effusion\",\"pneumothorax\",\"\"]}}");

        assertThat(Answers.prediction(response)).hasSize(2);
        List<String> warnings = header(response, "X-Unmask-Warning");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).startsWith("targets[1]").contains("159").doesNotContain("pneumo");
        assertThat(warnings.get(1)).startsWith("targets[2]").contains("ignored");
    }

    @Test
    void atMostTwentyWarningsAreReported() {
        String targets = "\"effusion\"" + ",\"zzqq\"".repeat(30);

        Response response = service.post(
                "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"targets\":[%s]}}".formatted(targets));

        Answers.prediction(response);
        assertThat(header(response, "X-Unmask-Warning"))
                .hasSize(21)
                .last()
                .asString()
                .isEqualTo("10 more like these");
    }
}
