package dev.unmask.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies are JSON objects as the reference's reader understands them. */
class JsonBodyTest {
    private static final int DEPTH = 10;

    private final JsonBody json = new JsonBody(DEPTH, 4, 6);

    @Test
    void anObjectIsReadWithItsUnicode() {
        SentBody body = read(
                " {\"inputs\": \"caf\u00e9 \u4e2d \\ud83d\\ude00 \ud83d\ude00\", \"parameters\": [1, 2.5, null, true]}\r\n");

        assertThat(body.inputs()).contains(SentStrings.one("caf\u00e9 \u4e2d \ud83d\ude00 \ud83d\ude00"));
        assertThat(body.parameters().fields().type()).isEqualTo(JsonType.LIST);
    }

    @Test
    void theLastOfEqualKeysCounts() {
        assertThat(read("{\"inputs\": {\"top_k\": 1}, \"inputs\": 2}"))
                .isEqualTo(new SentBody(
                        Optional.of(SentStrings.anything(JsonType.NUMBER)), Optional.empty(), SentParameters.NOTHING));
        assertThat(read("{\"inputs\": [7], \"inputs\": {\"inputs\": 1, \"inputs\": \"x\"}}")
                        .inputs())
                .contains(SentStrings.one("x"));
        SentParameters parameters = read("{\"parameters\": {\"secret\": 1, \"targets\": 2}, \"parameters\":"
                        + " {\"top_k\": [], \"targets\": 3, \"top_k\": 4, \"targets\": \"x\"}}")
                .parameters();
        assertThat(parameters.fields().value("top_k")).isEqualTo(SentValue.integer("4"));
        assertThat(parameters.fields().names()).doesNotContain("");
        assertThat(parameters.targets()).isEqualTo(SentStrings.one("x"));
    }

    @Test
    void anEmptyBodyIsRefusedWithAnExample() {
        assertRefused(new byte[0], "The body is empty & {\"inputs\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n\t "})
    void aBlankBodyIsRefusedAsAnEmptyOne(String blank) {
        assertRefused(blank.getBytes(UTF_8), "The body is empty & {\"inputs\":");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[] | list", "\"a\" | string", "1 | number", "1.5e3 | number", "true | boolean", "null | null"})
    void whatIsNotAnObjectIsNamed(String body, String type) {
        assertRefused(body.getBytes(UTF_8), "The body & %s & object & \"inputs\"".formatted(type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"secret\": }",
                "{\"a\": 1} secret",
                "{\"a\": 1}{}",
                "{\"a\": NaN}",
                "{\"a\": Infinity}",
                "{\"a\": -Infinity}",
                "{'a': 1}",
                "{a: 1}",
                "{\"a\": 01}",
                "{\"a\": +1}",
                "{\"a\": .5}",
                "{\"a\": 1.}",
                "{\"a\": 1,}",
                "{\"a\": \"secret\n\"}",
                "{\"a\": \"\\x\"}",
                "{} // secret",
                "\ufeff{}",
                "secret",
                "tru"
            })
    void whatIsNotJsonIsRefusedWithAPlaceAndNoQuotation(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST))
                .hasMessageMatching("The body is not valid JSON: see line [12], column \\d+\\.");
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        String body = "{\"a\": \"caf\u00e9\"}";
        assertRefused(body.getBytes(ISO_8859_1), "The body & UTF-8");
        assertRefused(body.getBytes(UTF_16), "The body & UTF-8");
        // A slash in two bytes, which only a lenient reader takes.
        assertRefused(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'}, "The body & UTF-8");
        // Half a surrogate pair in three bytes.
        assertRefused(
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'}, "The body & UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": \"\\ud800\"}",
                "{\"a\": [{\"b\": \"x\\udc00\"}]}",
                "{\"\\ud800\": 1}",
                "{\"a\": \"\\ude00\\ud83d\"}"
            })
    void halfASurrogatePairIsRefusedWhereverItIs(String body) {
        assertRefused(body.getBytes(UTF_8), "The body & half of a surrogate pair");
    }

    @Test
    void nestingIsAcceptedUpToTheLimitAndNotBeyond() {
        assertThat(read("{\"inputs\": " + "[".repeat(DEPTH - 1) + "]".repeat(DEPTH - 1) + "}")
                        .inputs())
                .isPresent();
        String message = "The body's JSON & 10 levels & number";
        assertRefused(("{\"a\": " + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}").getBytes(UTF_8), message);
        assertRefused("[".repeat(1_000_000).getBytes(UTF_8), message);
        assertRefused("{\"a\":".repeat(100_000).getBytes(UTF_8), message);
    }

    @Test
    void numbersTooLongToBeMeantAreRefused() {
        assertRefused(("{\"a\": " + "9".repeat(100_000) + "}").getBytes(UTF_8), "The body's JSON & 10 levels & number");
    }

    @Test
    void aLongTextIsRead() {
        String text = "x".repeat(1_000_000);
        assertThat(read("{\"inputs\": \"" + text + "\"}").inputs()).contains(SentStrings.one(text));
    }

    @Test
    void whatHasNoMeaningIsCheckedAndNotKept() {
        String much = "{\"a\":[" + "{},".repeat(100_000) + "[[]]],\"inputs\":\"x\",\"b\":{\"c\":[1,{}]}}";

        assertThat(read(much))
                .isEqualTo(new SentBody(Optional.of(SentStrings.one("x")), Optional.empty(), SentParameters.NOTHING));
    }

    @Test
    void listsAreReadUpToTheirLimitAndCountedBeyond() {
        SentBody full = read(
                "{\"inputs\":[\"1\",[\"2\"],\"3\",\"4\"],\"parameters\":{\"targets\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}}");

        assertThat(full.inputs().orElseThrow().strings()).containsExactly("1", "2", "3", "4");
        assertThat(full.parameters().targets().strings()).hasSize(6);
        assertRefused("{\"inputs\":[1,[2,2],{\"a\":[3]},4,5,6]}".getBytes(UTF_8), "inputs & 6 texts & 4");
        assertRefused("{\"parameters\":{\"targets\":[1,2,3,4,5,6,7]}}".getBytes(UTF_8), "parameters.targets & 7 & 6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],", "1,", "\"\",", "[[1,2,3]],", "{\"a\":{\"targets\":[1]}},"})
    void whateverAListOrObjectHoldsNoMoreOfItIsKeptThanARequestCanUse(String value) {
        String values = "[" + value.repeat(200_000) + "1]";

        assertThat(read("{\"inputs\":[" + values + "]}").inputs().orElseThrow())
                .isEqualTo(new SentStrings(
                        JsonType.LIST, List.of(), Optional.of(new SentStrings.Wrong(0, "a list of 200001"))));
        SentParameters parameters = read("{\"parameters\":{\"x\":" + values + ",\"targets\":[" + values + "],\"top_k\":"
                        + values + ",\"tokenizer_kwargs\":{\"padding\":" + values + "}}}")
                .parameters();
        SentValue list = new SentValue(JsonType.LIST, false, "");
        assertThat(parameters.fields())
                .isEqualTo(new SentFields(JsonType.OBJECT, List.of(""), 4, Map.of("top_k", list)));
        assertThat(parameters.targets().strings()).isEmpty();
        assertThat(parameters.tokenizer())
                .isEqualTo(new SentFields(JsonType.OBJECT, List.of("padding"), 1, Map.of("padding", list)));
    }

    @Test
    void keysThatACallerMadeUpAreCountedAndNotKept() {
        String keys =
                IntStream.range(0, 50_000).mapToObj("\"k%d\":1,"::formatted).collect(Collectors.joining());

        assertThat(read("{\"parameters\":{\"top_k\":2," + keys + "\"targets\":\"x\"}}")
                        .parameters()
                        .fields())
                .isEqualTo(new SentFields(
                        JsonType.OBJECT, List.of("top_k", ""), 50_002, Map.of("top_k", SentValue.integer("2"))));
    }

    private SentBody read(String body) {
        return read(body.getBytes(UTF_8));
    }

    private SentBody read(byte[] body) {
        return json.read(new ByteArrayInputStream(body));
    }

    private void assertRefused(byte[] body, String facts) {
        Refusals.assertBadRequest(() -> read(body), facts);
    }
}
