package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the reference server answered, or what was decided instead, case by case. */
@ExtendWith(ToyService.class)
class ConformanceIT {
    private static final Path CASES = Path.of("src/test/resources/conformance/golden.jsonl");

    @TestFactory
    Stream<DynamicTest> everyCaseIsAnsweredAsTheReferenceDoes(Service service) throws IOException {
        return cases().stream()
                .map(golden -> DynamicTest.dynamicTest(
                        golden.get("name").textValue(), () -> check(golden.get("expect"), send(service, golden))));
    }

    @Test
    void noCaseIsLeftOut() throws IOException {
        assertThat(cases()).hasSize(93);
        assertThat(cases().stream().map(golden -> golden.get("name").textValue()))
                .doesNotHaveDuplicates();
        assertThat(cases().stream().filter(golden -> golden.get("expect").has("json")))
                .as("cases with a whole answer")
                .hasSize(47);
    }

    private static List<JsonNode> cases() throws IOException {
        return Files.readAllLines(CASES).stream().map(Json::read).toList();
    }

    private static Response send(Service service, JsonNode golden) {
        byte[] body = golden.has("body_base64")
                ? Base64.getDecoder().decode(golden.get("body_base64").textValue())
                : golden.path("body").asText("").getBytes(StandardCharsets.UTF_8);
        RequestSpecification request = service.to();
        golden.get("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().textValue()));
        if (body.length > 0) {
            request.body(body);
        }
        return request.when()
                .request(golden.get("method").textValue(), golden.get("path").textValue());
    }

    private static void check(JsonNode expect, Response response) {
        if (expect.get("status").isInt()) {
            assertThat(response.statusCode())
                    .as(response.asString())
                    .isEqualTo(expect.get("status").intValue());
        } else {
            assertThat(expect.get("status").textValue()).isEqualTo("4xx");
            assertThat(response.statusCode()).as(response.asString()).isBetween(400, 499);
        }
        if (response.statusCode() >= 400) {
            JsonNode error = Json.read(response.asString()).path("error");
            assertThat(error.isTextual() && !error.textValue().isEmpty())
                    .as("an error text in %s", response.asString())
                    .isTrue();
            assertThat(error.textValue())
                    .isEqualTo(expect.has("error") ? expect.get("error").textValue() : error.textValue());
            return;
        }
        Json.assertSame(expect.get("json"), Json.read(response.asString()));
    }
}
