package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kinds of bodies that are taken, and of answers that are given. */
@ExtendWith(ToyService.class)
class MediaTypesIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private final Service service;

    MediaTypesIT(Service service) {
        this.service = service;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/JSON",
                "application/json; profile=\"x\"; charset=latin1",
                "application/json;",
                "application/json;;",
            })
    void jsonIsTakenHoweverItIsCalled(String contentType) {
        Answers.prediction(service.to()
                .contentType(contentType)
                .body(QUESTION.getBytes(StandardCharsets.UTF_8))
                .when()
                .post("/predict"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/csv",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "image/png",
                "application/jsonp",
                "application/problem+json",
                "json",
            })
    void anotherContentTypeIs415(String contentType) {
        Response response = service.to()
                .contentType(contentType)
                .body(QUESTION.getBytes(StandardCharsets.UTF_8))
                .when()
                .post("/predict");

        assertThat(Answers.refusal(response, 415)).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/*",
                "application/json",
                "application/json; charset=UTF-8",
                "application/json, text/plain, */*",
                "text/html, application/json;q=0.1",
                "text/html;q=0.9, */*;q=0.1",
                "APPLICATION/JSON",
                ",,,",
                "json, */*",
                "application/json;q=0.5;v",
            })
    void anAcceptThatAllowsJsonIsHonoured(String accept) {
        Answers.prediction(
                service.posting(QUESTION).header("Accept", accept).when().post("/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/plain, text/*",
                "application/json;q=0",
                "application/xml",
                "*/*;q=0",
                "application/json;q=0, */*",
            })
    void anAcceptThatExcludesJsonIs406(String accept) {
        Response response =
                service.posting(QUESTION).header("Accept", accept).when().post("/");

        assertThat(Answers.refusal(response, 406)).contains("Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml;q=1", "*/*;q=0", ",,,", ";", "a/b/c", "text/html;q=x"})
    void whatOnlyReadsAnswersWhateverIsAccepted(String accept) {
        for (String path : List.of("/", "/health", "/info", "/v1/models", "/v2", "/v2/health/ready")) {
            Response response = service.to().header("Accept", accept).when().get(path);

            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.contentType())
                    .as(path)
                    .startsWith(path.equals("/") || path.equals("/health") ? "text/plain" : "application/json");
        }
    }

    @Test
    void aCompressedBodyIsNotJson() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            new ByteArrayInputStream(QUESTION.getBytes(StandardCharsets.UTF_8)).transferTo(gzip);
        }

        Response response = service.to()
                .contentType("application/json")
                .header("Content-Encoding", "gzip")
                .body(compressed.toByteArray())
                .when()
                .post("/predict");

        Answers.refusal(response, 400);
    }
}
