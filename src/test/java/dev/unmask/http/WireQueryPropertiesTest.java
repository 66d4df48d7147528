package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** Whatever a body holds: it is a query, or it is refused with a sentence that doesn't quote it. */
class WireQueryPropertiesTest {
    private static final String VALID = """
            {"inputs": ["caf\u00e9 [MASK]", ["b [MASK]"]], "parameters": {"top_k": 3, "targets": ["x", "\\u00e9"],\
             "tokenizer_kwargs": {"truncation": true, "max_length": 128}}}\
            """;

    private final JsonBody json = new JsonBody(20, 1000, 1000);

    record Flip(int at, byte to) {}

    @Provide
    Arbitrary<Flip> flips() {
        int length = VALID.getBytes(UTF_8).length;
        return Combinators.combine(
                        Arbitraries.integers().between(0, length - 1).withoutEdgeCases(),
                        Arbitraries.oneOf(
                                Arbitraries.bytes(),
                                Arbitraries.of('{', '}', '[', ']', '"', ',', ':', '\\', '1', '-', 'e', '.')
                                        .map(letter -> (byte) letter.charValue())))
                .as(Flip::new);
    }

    /** JSON values of every type, nested, with the names and words that the contract knows. */
    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> leaves = Arbitraries.of(
                "null",
                "true",
                "false",
                "0",
                "-1",
                "3",
                "512",
                "2.0",
                "1e400",
                "-0",
                "99999999999999999999",
                "\"\"",
                "\"[MASK]\"",
                "\"canary\"",
                "\"only_second\"",
                "\"longest\"",
                "\"max_length\"",
                "[]",
                "{}");
        Arbitrary<String> keys = Arbitraries.of(
                "inputs",
                "parameters",
                "top_k",
                "targets",
                "tokenizer_kwargs",
                "truncation",
                "max_length",
                "padding",
                "add_special_tokens",
                "batch_size",
                "num_workers",
                "canary");
        return Arbitraries.lazyOf(
                () -> leaves,
                () -> leaves,
                () -> values().list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
                () -> Combinators.combine(keys, values())
                        .as((key, value) -> "\"" + key + "\":" + value)
                        .list()
                        .ofMaxSize(4)
                        .map(members -> "{" + String.join(",", members) + "}"));
    }

    @Property(tries = 2000)
    void anyBytesAreAQueryOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        read(bytes);
    }

    @Property(tries = 3000)
    void bytesChangedAnywhereGiveAQueryOrARefusal(@ForAll @Size(min = 1, max = 4) List<@From("flips") Flip> flips) {
        byte[] changed = VALID.getBytes(UTF_8);
        flips.forEach(flip -> changed[flip.at()] = flip.to());
        Statistics.label("answer").collect(read(changed) == null ? "refused" : "query");
    }

    /** Inputs that are mostly texts. */
    @Provide
    Arbitrary<String> inputs() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, values()),
                Tuple.of(
                        3, Arbitraries.of("\"a [MASK]\"", "[\"a\", \"b\"]", "[[\"a\"]]", "[]", "{\"inputs\": \"a\"}")));
    }

    /** Parameters that are mostly known. */
    @Provide
    Arbitrary<String> parameters() {
        Arbitrary<String> known = Arbitraries.of(
                "\"top_k\": 3",
                "\"top_k\": 0",
                "\"targets\": \"x\"",
                "\"targets\": [\"x\", \"y\"]",
                "\"batch_size\": 4",
                "\"tokenizer_kwargs\": {\"truncation\": true}",
                "\"tokenizer_kwargs\": {\"max_length\": 9}",
                "\"tokenizer_kwargs\": {\"padding\": \"max_length\", \"max_length\": 600}",
                "\"targets\": [null]");
        return Arbitraries.frequencyOf(
                Tuple.of(1, values()),
                Tuple.of(3, known.list().ofMaxSize(3).map(members -> "{" + String.join(",", members) + "}")));
    }

    @Property(tries = 3000)
    void anyInputsAndParametersAreAQueryOrRefused(
            @ForAll("inputs") String inputs, @ForAll("parameters") String parameters) {
        Query query = read("{\"inputs\":%s,\"parameters\":%s}"
                .formatted(inputs, parameters)
                .getBytes(UTF_8));
        if (query != null) {
            assertThat(query.texts()).doesNotContainNull();
            query.targets().ifPresent(targets -> assertThat(targets).doesNotContainNull());
            query.encoding().maxLength().ifPresent(length -> assertThat(length).isPositive());
        }
        Statistics.label("answer").collect(query == null ? "refused" : "query");
    }

    private Query read(byte[] body) {
        try {
            return WireQuery.read(json.read(new ByteArrayInputStream(body)), 512, MultiMap.caseInsensitiveMultiMap());
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.BAD_REQUEST);
            assertThat(refused).hasMessageEndingWith(".").hasMessageNotContaining("canary");
            return null;
        }
    }
}
