package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fillmask.Query;
import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes that inputs may have, and the URL's parameters. */
class WireQueryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | a",
                "\"\" | ''",
                "[\"a\"] | a",
                "[\"a\", \"b\"] | a,b",
                "[[\"a\"]] | a",
                "[[\"a\"], [\"b\"]] | a,b",
                "[[\"a\"], \"b\"] | a,b",
                "{\"inputs\": \"a\"} | a",
                "{\"inputs\": [\"a\", [\"b\"]]} | a,b"
            })
    void inputsAreAStringOrAListOfStringsInAnyOfTheReferencesShapes(String inputs, String texts) {
        assertThat(read("{\"inputs\": %s}".formatted(inputs)).texts()).containsExactly(texts.split(",", -1));
    }

    @Test
    void anEmptyListHasNoTexts() {
        assertThat(read("{\"inputs\": []}").texts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | The body & no key \"inputs\" & {\"inputs\":",
                "{\"instances\": [\"a\"]} | The body & no key \"inputs\" & {\"inputs\":",
                "{\"inputs\": null} | inputs & null & a string or a list of strings",
                "{\"inputs\": 1} | inputs & a number & a string or a list of strings",
                "{\"inputs\": true} | inputs & a boolean & a string or a list of strings",
                "{\"inputs\": [\"a\", null]} | inputs[1] & null & a string",
                "{\"inputs\": [7, \"a\"]} | inputs[0] & a number & a string",
                "{\"inputs\": [{\"role\": \"user\"}]} | inputs[0] & an object & a string",
                "{\"inputs\": [[\"a\", \"b\"]]} | inputs[0] & a list of 2 & a string",
                "{\"inputs\": [\"a\", []]} | inputs[1] & a list of 0 & a string",
                "{\"inputs\": [[[\"a\"]]]} | inputs[0] & a list of 1 & a string",
                "{\"inputs\": {\"text\": \"a\"}} | inputs & an object & key \"inputs\"",
                "{\"inputs\": {\"inputs\": {}}} | inputs & an object & key \"inputs\"",
                "{\"inputs\": \"a\", \"parameters\": []} | parameters & a list & an object",
                "{\"inputs\": \"a\", \"parameters\": \"top_k\"} | parameters & a string & an object"
            })
    void anyOtherShapeIsRefusedWithTheFieldAndWhatIsAllowed(String body, String message) {
        Refusals.assertBadRequest(() -> read(body), message);
    }

    @Test
    void otherKeysOfTheBodyAreIgnored() {
        Query query = read("{\"inputs\": \"a\", \"options\": {}, \"top_k\": 2}");

        assertThat(query)
                .isEqualTo(new Query(List.of("a"), OptionalInt.empty(), Optional.empty(), Query.Encoding.PLAIN));
    }

    @Test
    void parametersMayStandBesideTheTextsInsideInputs() {
        Query query = read("{\"inputs\": {\"inputs\": \"a\", \"top_k\": 2}, \"parameters\": {\"targets\": \"x\"}}");

        assertThat(query.topK()).hasValue(2);
        assertThat(query.targets()).contains(List.of("x"));
        Refusals.assertBadRequest(
                () -> read("{\"inputs\": {\"inputs\": \"a\", \"top_k\": 2}, \"parameters\": {\"top_k\": 2}}"),
                "A parameter & both & inputs & parameters");
    }

    @Test
    void theUrlsParametersCountWhereTheBodyHasNone() {
        MultiMap url = MultiMap.caseInsensitiveMultiMap()
                .add("top_k", "2")
                .add("targets", "a")
                .add("targets", "b");

        Query query = read("{\"inputs\": \"a\"}", url);
        assertThat(query.topK()).hasValue(2);
        assertThat(query.targets()).contains(List.of("b"));
        assertThat(read("{\"inputs\": \"a\", \"parameters\": null}", url).topK())
                .hasValue(2);
        assertThat(read("{\"inputs\": \"a\", \"parameters\": {}}", url).topK()).isEmpty();
    }

    @Test
    void theUrlsParametersAreCheckedLikeTheBodys() {
        Refusals.assertBadRequest(
                () -> read(
                        "{\"inputs\": \"a\"}",
                        MultiMap.caseInsensitiveMultiMap().add("top_k", "two")),
                "parameters.top_k & a string & an integer");
        Refusals.assertBadRequest(
                () -> read(
                        "{\"inputs\": \"a\"}",
                        MultiMap.caseInsensitiveMultiMap().add("top_k", "true")),
                "parameters.top_k & a boolean & an integer");
        Refusals.assertBadRequest(
                () -> read(
                        "{\"inputs\": \"a\"}",
                        MultiMap.caseInsensitiveMultiMap().add("patient", "x")),
                "parameters & number 1 of 1 & top_k, targets, tokenizer_kwargs, batch_size, num_workers");
    }

    @Test
    void whatTheUrlMadeUpIsCountedAndNotKept() {
        SentFields fields = SentParameters.of(
                        MultiMap.caseInsensitiveMultiMap().add("patient", "x").add("top_k", "2"))
                .fields();

        assertThat(fields.size()).isEqualTo(2);
        assertThat(fields.values()).containsOnlyKeys("top_k");
    }

    @Test
    void targetsInTheUrlAreReadAsTheReferenceReadsThem() {
        Refusals.assertBadRequest(
                () -> read(
                        "{\"inputs\": \"a\"}",
                        MultiMap.caseInsensitiveMultiMap().add("targets", "7")),
                "parameters.targets & a number & a string or a list of strings");
        Refusals.assertBadRequest(
                () -> read(
                        "{\"inputs\": \"a\"}",
                        MultiMap.caseInsensitiveMultiMap().add("tokenizer_kwargs", "{}")),
                "parameters.tokenizer_kwargs & a string & an object");
    }

    @Test
    void parametersThatAreNotAnObjectAreRefusedBesideAnObjectToo() {
        Refusals.assertBadRequest(
                () -> read("{\"inputs\": {\"inputs\": \"a\", \"top_k\": 2}, \"parameters\": []}"),
                "parameters & a list & an object");
    }

    private Query read(String body) {
        return read(body, MultiMap.caseInsensitiveMultiMap());
    }

    private Query read(String body, MultiMap url) {
        return WireQuery.read(
                new JsonBody(20, 1000, 1000).read(new ByteArrayInputStream(body.getBytes(UTF_8))), 512, url);
    }
}
