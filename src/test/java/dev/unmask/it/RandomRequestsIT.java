package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is sent, the answer is a prediction or a refusal, quotes nothing, and the service goes on. */
class RandomRequestsIT {
    /** Letters that no sentence of ours holds; in every text that is sent. */
    private static final String CANARY = "qzxjvk";

    private static Service service;

    @BeforeContainer
    static void start() throws Exception {
        service = Service.ready(Program.folder());
    }

    /** The log is read once: it is of all requests together. */
    @AfterContainer
    static void answersStillAndHasLoggedNothingOfTheRequests() {
        try (Service stopped = service) {
            stopped.assertAnswers();
            assertThat(stopped.log()).doesNotContainIgnoringCase(CANARY).doesNotContain("ERROR", "Exception");
        }
    }

    /** Sends a body, and checks whatever comes of it; the status. */
    private static int send(String path, byte[] body) {
        Response response =
                service.to().contentType(ContentType.JSON).body(body).when().post(path);
        if (response.statusCode() != 200) {
            assertThat(response.statusCode()).as(response.asString()).isBetween(400, 499);
            assertThat(Answers.refusal(response, response.statusCode())).doesNotContainIgnoringCase(CANARY);
            assertThat(response.headers().toString()).doesNotContainIgnoringCase(CANARY);
        } else {
            assertThat(Json.read(response.asString()).isArray())
                    .as(response.asString())
                    .isTrue();
        }
        return response.statusCode();
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void anyTextWithAMaskIsAnswered(@ForAll("paths") String path, @ForAll("texts") String text) {
        String body = "{\"inputs\":%s,\"parameters\":{\"top_k\":2}}".formatted(Json.string(text + " [MASK] " + CANARY));

        JsonNode rows = Answers.prediction(service.post(path, body));

        assertThat(rows).hasSize(2);
        assertThat(rows.findValues("score")).allMatch(score -> score.doubleValue() >= 0 && score.doubleValue() <= 1);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void anyBytesAreRefused(@ForAll("paths") String path, @ForAll("bytes") byte[] bytes) {
        assertThat(send(path, bytes)).isNotEqualTo(200);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void mutatedJsonIsAnsweredOrRefused(@ForAll("paths") String path, @ForAll("mutations") byte[] body) {
        send(path, body);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void jsonOfAnyShapeIsAnsweredOrRefused(
            @ForAll("paths") String path, @ForAll("values") String inputs, @ForAll("values") String parameters) {
        send(
                path,
                "{\"inputs\":%s,\"parameters\":%s}"
                        .formatted(inputs, parameters)
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void parametersOfAnyValueAreAnsweredOrRefused(
            @ForAll("paths") String path, @ForAll("parameterNames") String name, @ForAll("values") String value) {
        String body = "{\"inputs\":\"%s [MASK]\",\"parameters\":{\"%s\":%s}}".formatted(CANARY, name, value);
        send(path, body.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("/", "/predict", "/score");
    }

    /** Too random for a special token, so that every text has just the one mask that is added. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Integer> points = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 0x10FFFF),
                Arbitraries.integers().between(0, 0x20),
                Arbitraries.integers().between('!', '~'),
                Arbitraries.integers().between(0x300, 0x36F),
                Arbitraries.integers().between(0x590, 0x6FF),
                Arbitraries.integers().between(0x2000, 0x206F),
                Arbitraries.integers().between(0x4E00, 0x9FFF),
                Arbitraries.integers().between(0xAC00, 0xD7A3),
                Arbitraries.integers().between(0xE000, 0xFFFF),
                Arbitraries.integers().between(0x1F300, 0x1FAFF));
        return points.filter(point -> point < 0xD800 || point > 0xDFFF)
                .list()
                .ofMaxSize(60)
                .map(RandomRequestsIT::text);
    }

    private static String text(List<Integer> points) {
        StringBuilder text = new StringBuilder();
        points.forEach(text::appendCodePoint);
        return text.toString();
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(random -> (CANARY
                        + new String(random, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A good body with some bytes overwritten, cut out or put in. */
    @Provide
    Arbitrary<byte[]> mutations() {
        byte[] good = ("{\"inputs\":[\"%s [MASK] \\u00e9 \\ud83e\\udec1\",\"b [MASK]\"],\"parameters\":"
                        + "{\"top_k\":3,\"targets\":[\"lung\",\"%s\"],\"tokenizer_kwargs\":{\"max_length\":9}}}")
                .formatted(CANARY, CANARY)
                .getBytes(StandardCharsets.UTF_8);
        Arbitrary<Integer> places = Arbitraries.integers().between(0, good.length - 1);
        Arbitrary<Byte> signs = Arbitraries.oneOf(
                Arbitraries.of(
                        (byte) '"', (byte) '[', (byte) ']', (byte) '{', (byte) '}', (byte) ',', (byte) '\\', (byte)
                                '0'),
                Arbitraries.bytes());
        return Combinators.combine(places, signs, Arbitraries.integers().between(0, 2))
                .as((place, sign, kind) -> new int[] {place, sign, kind})
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(changes -> mutate(good, changes));
    }

    private static byte[] mutate(byte[] good, List<int[]> changes) {
        StringBuilder body = new StringBuilder(new String(good, StandardCharsets.ISO_8859_1));
        for (int[] change : changes) {
            int place = Math.min(change[0], body.length() - 1);
            char sign = (char) (change[1] & 0xFF);
            switch (change[2]) {
                case 0 -> body.setCharAt(place, sign);
                case 1 -> body.deleteCharAt(place);
                default -> body.insert(place, sign);
            }
        }
        return body.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<String> parameterNames() {
        return Arbitraries.of(
                "top_k",
                "targets",
                "tokenizer_kwargs",
                "batch_size",
                "num_workers",
                "inputs",
                CANARY,
                "",
                "\\u0000",
                "\\ud800");
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                        "null",
                        "true",
                        "false",
                        "0",
                        "-0",
                        "1e999",
                        "-1",
                        "5",
                        "1.5",
                        "1e2",
                        "99999999999999999999",
                        "\"\"",
                        "\"[MASK]\"",
                        "\"\\ud800\"",
                        "\"\\udc00\\ud800\"",
                        "\"longest_first\"",
                        "NaN",
                        "-Infinity",
                        "\"%s [MASK]\"".formatted(CANARY)),
                texts().map(text -> Json.string(text + " [MASK] " + CANARY)));
        return Arbitraries.lazyOf(
                () -> leaves,
                () -> leaves,
                () -> values().list().ofMaxSize(3).map(values -> "[" + String.join(",", values) + "]"),
                () -> Combinators.combine(
                                Arbitraries.of(
                                        "inputs",
                                        "top_k",
                                        "targets",
                                        "truncation",
                                        "max_length",
                                        "padding",
                                        "add_special_tokens",
                                        CANARY),
                                values())
                        .as("{\"%s\":%s}"::formatted));
    }
}
