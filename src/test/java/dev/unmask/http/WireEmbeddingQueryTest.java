package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.embedding.EmbeddingQuery;
import dev.unmask.fault.Fault;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of requests for embeddings. */
class WireEmbeddingQueryTest {
    private final JsonBody json = new JsonBody(20, 1000, 1000);

    private EmbeddingQuery read(String body) {
        return WireEmbeddingQuery.read(json.read(new ByteArrayInputStream(body.getBytes(UTF_8))), 512);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"inputs\": \"a\"} | | false",
                "{\"inputs\": [\"a\"], \"parameters\": null, \"other\": 1} | | false",
                "{\"inputs\": [[\"a\"]], \"parameters\": {}} | | false",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": null}} | | false",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"padding\": \"longest\"}}} | | false",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"truncation\": true}}} | 512 | true",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"max_length\": 9, \"add_special_tokens\": true}}} | 9 | true",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"max_length\": 9, \"truncation\": \"only_second\"}}} | 9 | false"
            })
    void textsAndTokenizerOptionsAreThoseOfPredictions(String body, Integer maxLength, boolean cut) {
        OptionalInt length = maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength);

        assertThat(read(body)).isEqualTo(new EmbeddingQuery(List.of("a"), length, cut));
    }

    @Example
    void severalTextsKeepTheirOrderAndMayBeNone() {
        assertThat(read("{\"inputs\": [\"b\", \"\", \"a\"]}").texts()).containsExactly("b", "", "a");
        assertThat(read("{\"inputs\": []}").texts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"inputs\": null} | inputs & null & a string or a list of strings",
                "{\"inputs\": {\"inputs\": \"a\"}} | inputs & an object & a string or a list of strings",
                "{\"inputs\": [\"a\", [\"b\", \"c\"]]} | inputs[1] & a list of 2 & a string",
                "{\"inputs\": \"a\", \"parameters\": []} | parameters & a list & an object",
                "{\"inputs\": \"a\", \"parameters\": {\"targets\": []}} | parameters & number 1 of 1 & tokenizer_kwargs",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"add_special_tokens\": false}}} | parameters.tokenizer_kwargs.add_special_tokens & false & true or absent"
            })
    void anythingElseIsRefusedWithASentence(String body, String facts) {
        Refusals.assertBadRequest(() -> read(body), facts);
    }

    @Provide
    Arbitrary<String> values() {
        return new WireQueryPropertiesTest().values();
    }

    @Provide
    Arbitrary<String> inputs() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, values()), Tuple.of(3, Arbitraries.of("\"a\"", "[\"a\", \"b\"]", "[[\"a\"]]", "[]")));
    }

    @Provide
    Arbitrary<String> parameters() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, values()),
                Tuple.of(2, values().map("{\"tokenizer_kwargs\": %s}"::formatted)),
                Tuple.of(2, Arbitraries.of("{\"tokenizer_kwargs\": {\"truncation\": true}}", "null", "{}")));
    }

    @Property(tries = 2000)
    void anyInputsAndParametersAreAQueryOrRefused(
            @ForAll("inputs") String inputs, @ForAll("parameters") String parameters) {
        check("{\"inputs\":%s,\"parameters\":%s}".formatted(inputs, parameters).getBytes(UTF_8));
    }

    @Property(tries = 1000)
    void anyBytesAreAQueryOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        check(bytes);
    }

    private void check(byte[] body) {
        boolean refused = false;
        try {
            EmbeddingQuery query = WireEmbeddingQuery.read(json.read(new ByteArrayInputStream(body)), 512);
            assertThat(query.texts()).doesNotContainNull();
            query.maxLength().ifPresent(length -> assertThat(length).isGreaterThanOrEqualTo(3));
        } catch (Fault fault) {
            refused = true;
            assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST);
            assertThat(fault).hasMessageEndingWith(".").hasMessageNotContaining("canary");
        }
        Statistics.label("answer").collect(refused ? "refused" : "query");
    }
}
