package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
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
    @NullSource
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/JSON",
                "application/json; profile=\"x\"; charset=latin1",
                "application/json;",
            })
    void jsonIsTakenHoweverItIsCalled(String contentType) throws Exception {
        var request = service.to("/predict").POST(BodyPublishers.ofString(QUESTION));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }

        Answers.prediction(service.send(request));
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
    void anotherContentTypeIs415(String contentType) throws Exception {
        HttpResponse<String> response = service.send(
                service.to("/predict").header("Content-Type", contentType).POST(BodyPublishers.ofString(QUESTION)));

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
            })
    void anAcceptThatAllowsJsonIsHonoured(String accept) throws Exception {
        Answers.prediction(service.send(service.posting("/", QUESTION).header("Accept", accept)));
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
    void anAcceptThatExcludesJsonIs406(String accept) throws Exception {
        HttpResponse<String> response =
                service.send(service.posting("/", QUESTION).header("Accept", accept));

        assertThat(Answers.refusal(response, 406)).contains("Accept");
    }

    @Test
    void aCompressedBodyIsNoJson() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            new ByteArrayInputStream(QUESTION.getBytes(StandardCharsets.UTF_8)).transferTo(gzip);
        }

        HttpResponse<String> response = service.send(service.to("/predict")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(compressed.toByteArray())));

        Answers.refusal(response, 400);
    }
}
