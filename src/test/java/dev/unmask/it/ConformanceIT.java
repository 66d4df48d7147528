package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final double TOLERANCE = 1e-5;

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

    private static HttpResponse<String> send(Service service, JsonNode golden)
            throws IOException, InterruptedException {
        byte[] body = golden.has("body_base64")
                ? Base64.getDecoder().decode(golden.get("body_base64").textValue())
                : golden.path("body").asText("").getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = service.to(golden.get("path").textValue())
                .method(golden.get("method").textValue(), BodyPublishers.ofByteArray(body));
        golden.get("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().textValue()));
        return service.send(request);
    }

    private static void check(JsonNode expect, HttpResponse<String> response) {
        if (expect.get("status").isInt()) {
            assertThat(response.statusCode())
                    .as(response.body())
                    .isEqualTo(expect.get("status").intValue());
        } else {
            assertThat(expect.get("status").textValue()).isEqualTo("4xx");
            assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
        }
        if (response.statusCode() >= 400) {
            JsonNode error = Json.read(response.body()).path("error");
            assertThat(error.isTextual() && !error.textValue().isEmpty())
                    .as("an error text in %s", response.body())
                    .isTrue();
            assertThat(error.textValue())
                    .isEqualTo(expect.has("error") ? expect.get("error").textValue() : error.textValue());
            return;
        }
        assertSame(expect.get("json"), Json.read(response.body()), "$");
    }

    /** Equal but for a tolerance of numbers with a fraction; keys in the same order. */
    private static void assertSame(JsonNode want, JsonNode got, String at) {
        if (want.isFloatingPointNumber()) {
            assertThat(got.isNumber()).as("%s is a number: %s", at, got).isTrue();
            assertThat(Math.abs(want.doubleValue() - got.doubleValue()))
                    .as("%s: %s instead of %s", at, got, want)
                    .isLessThanOrEqualTo(TOLERANCE);
        } else if (want.isObject() && got.isObject()) {
            assertThat(names(got)).as(at).isEqualTo(names(want));
            want.properties()
                    .forEach(entry -> assertSame(entry.getValue(), got.get(entry.getKey()), at + "." + entry.getKey()));
        } else if (want.isArray() && got.isArray()) {
            assertThat(got).as("%s has %d elements", at, got.size()).hasSize(want.size());
            for (int i = 0; i < want.size(); i++) {
                assertSame(want.get(i), got.get(i), "%s[%d]".formatted(at, i));
            }
        } else {
            assertThat(got).as(at).isEqualTo(want);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
