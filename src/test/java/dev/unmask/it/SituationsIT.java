package dev.unmask.it;

import static dev.unmask.it.Service.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
    void predictionsAreAnsweredAtEachPath(String path) throws Exception {
        HttpResponse<String> response = service.post(path, QUESTION);

        JsonNode rows = Answers.prediction(response);
        assertThat(rows).hasSize(5);
        assertThat(response.body()).startsWith("[{\"score\":0.726").doesNotContain("\": ", ", \"");
        assertThat(header(response, "Content-Length"))
                .containsExactly(String.valueOf(response.body().getBytes(StandardCharsets.UTF_8).length));
        assertThat(header(response, "x-ms-run-function-failed")).containsExactly("False");
        assertThat(header(response, "x-ms-run-fn-exec-ms"))
                .singleElement()
                .asString()
                .matches("\\d+\\.\\d{3}");
    }

    @Test
    void embeddingsAreNotFoundOnAModelWithoutAHeadForThem() throws Exception {
        assertThat(Answers.refusal(service.post("/embeddings", "{\"inputs\":\"clear\"}"), 404))
                .isEqualTo("The model \"toy-model\" has no projection head, so it makes no text embeddings;"
                        + " serve one that has it, such as CXR-BERT-specialized.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/"})
    void probesAreOkForAnyone(String path) throws Exception {
        HttpResponse<String> response = service.send(service.anonymous(path).header("Accept", "image/png"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("Ok");
        assertThat(header(response, "Content-Type")).singleElement().asString().startsWith("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health"})
    void aHeadRequestIsAProbeWithoutABody(String path) throws Exception {
        HttpResponse<String> response = service.send(service.anonymous(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
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
    void anotherMethodIs405WithTheAllowedOnes(String method, String path, String allowed) throws Exception {
        HttpResponse<String> response =
                service.send(service.to(path).method(method, BodyPublishers.ofString(QUESTION)));

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
    void optionsAreAnsweredWithTheMethods(String path, String allowed) throws Exception {
        HttpResponse<String> response = service.send(service.to(path).method("OPTIONS", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(header(response, "Allow")).containsExactly(allowed);
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
    void anUnknownPathIs404(String path) throws Exception {
        assertThat(Answers.refusal(service.get(path), 404)).contains("/predict").doesNotContain("unknown");
        Answers.refusal(service.post(path, QUESTION), 404);
    }

    @Test
    void aMissingKeyIs401WithAChallenge() throws Exception {
        assertUnauthorized(service.send(service.anonymous("/predict").POST(BodyPublishers.ofString(QUESTION))));
        assertUnauthorized(service.send(service.anonymous("/info")));
        assertUnauthorized(service.send(service.anonymous("/unknown")));
        assertUnauthorized(service.send(service.anonymous("/predict").method("OPTIONS", BodyPublishers.noBody())));
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
    void aWrongKeyIs401(String authorization) throws Exception {
        assertUnauthorized(service.send(service.anonymous("/predict")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(QUESTION))));
    }

    @Test
    void twoAuthorizationHeadersAreAsGoodAsNone() throws Exception {
        assertUnauthorized(service.send(service.posting("/predict", QUESTION).header("Authorization", "Bearer wrong")));
        assertUnauthorized(
                service.send(service.posting("/predict", QUESTION).header("Authorization", "Bearer " + Service.KEY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "Bearer   "})
    void theSchemeIsReadInAnyCase(String scheme) throws Exception {
        Answers.prediction(service.send(service.anonymous("/predict")
                .header("Authorization", scheme + Service.KEY)
                .POST(BodyPublishers.ofString(QUESTION))));
    }

    private static void assertUnauthorized(HttpResponse<String> response) {
        assertThat(Answers.refusal(response, 401)).contains("Authorization: Bearer KEY");
        assertThat(header(response, "WWW-Authenticate")).containsExactly("Bearer");
    }

    @Test
    void aBodyInChunksIsRead() throws Exception {
        byte[] body = QUESTION.getBytes(StandardCharsets.UTF_8);

        Answers.prediction(service.send(
                service.to("/predict").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))));
    }

    private String expectingToContinue(String key) throws Exception {
        String request = "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
                + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(key, QUESTION.length(), QUESTION);
        return new String(service.exchange(request.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void aClientThatExpectsToContinueIsToldSoOnceAndAnswered() throws Exception {
        Answers.prediction(service.send(service.posting("/predict", QUESTION).expectContinue(true)));

        assertThat(expectingToContinue(Service.KEY))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("]");
    }

    @Test
    void aClientThatExpectsToContinueWithoutAKeyIsNotAskedForItsBody() throws Exception {
        assertThat(expectingToContinue("wrong")).startsWith("HTTP/1.1 401 ");
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
    void theQueryStandsInForParameters(String query, int rows) throws Exception {
        assertThat(Answers.prediction(service.post("/predict?" + query, QUESTION)))
                .hasSize(rows);
        assertThat(Answers.prediction(service.post(
                        "/predict?" + query, "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":3}}")))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo=bar", "top_k=true", "top_k=-1", "top_k=2.5", "top_k=", "top_k=166", "targets="})
    void aQueryIsCheckedAsParametersAre(String query) throws Exception {
        Answers.refusal(service.post("/predict?" + query, QUESTION), 400);
    }

    @Test
    void replacedTargetsAreToldInHeadersWithoutTheirText() throws Exception {
        HttpResponse<String> response = service.post(
                "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"targets\":[\"effusion\",\"pneumothorax\",\"\"]}}");

        assertThat(Answers.prediction(response)).hasSize(2);
        List<String> warnings = header(response, "X-Unmask-Warning");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).startsWith("targets[1]").contains("159").doesNotContain("pneumo");
        assertThat(warnings.get(1)).startsWith("targets[2]").contains("ignored");
    }

    @Test
    void atMostTwentyWarningsAreTold() throws Exception {
        String targets = "\"effusion\"" + ",\"zzqq\"".repeat(30);

        HttpResponse<String> response = service.post(
                "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"targets\":[%s]}}".formatted(targets));

        Answers.prediction(response);
        assertThat(header(response, "X-Unmask-Warning"))
                .hasSize(21)
                .last()
                .asString()
                .isEqualTo("10 more like these");
    }
}
