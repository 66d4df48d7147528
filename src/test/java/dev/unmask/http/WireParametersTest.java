package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query.Encoding;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire's parameters, for a model of 512 tokens. */
class WireParametersTest {
    private static final int LONGEST = 512;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"top_k\": null, \"targets\": null, \"tokenizer_kwargs\": null, \"batch_size\": null, \"num_workers\": null}",
                "{\"tokenizer_kwargs\": {}, \"batch_size\": 0, \"num_workers\": 8}",
                "{\"batch_size\": 99999999999999999999}"
            })
    void absentNullAndIgnoredParametersMeanTheDefaults(String json) {
        WireParameters read = read(json);

        assertThat(read.topK()).isEmpty();
        assertThat(read.targets()).isEmpty();
        assertThat(read.encoding()).isEqualTo(Encoding.PLAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -3, Integer.MAX_VALUE})
    void topKIsAnyInteger(int topK) {
        assertThat(read("{\"top_k\": %d}".formatted(topK)).topK()).hasValue(topK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2.0 | parameters.top_k & a number with a fraction & an integer",
                "2.7 | parameters.top_k & a number with a fraction & an integer",
                "\"3\" | parameters.top_k & a string & an integer",
                "true | parameters.top_k & a boolean & an integer",
                "[1] | parameters.top_k & a list & an integer",
                "{} | parameters.top_k & an object & an integer",
                "2147483648 | parameters.top_k & out of range & 0 & vocabulary",
                "100000000000000000000 | parameters.top_k & out of range & 0 & vocabulary"
            })
    void anyOtherTopKIsRefused(String topK, String message) {
        assertBadRequest("{\"top_k\": %s}".formatted(topK), message);
    }

    @Test
    void targetsAreAStringOrAListOfStrings() {
        assertThat(read("{\"targets\": \"effusion,lung\"}").targets()).contains(List.of("effusion,lung"));
        assertThat(read("{\"targets\": [\"b\", \"\", \"b\"]}").targets()).contains(List.of("b", "", "b"));
        assertThat(read("{\"targets\": []}").targets()).contains(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | parameters.targets & a number & a string or a list of strings",
                "true | parameters.targets & a boolean & a string or a list of strings",
                "{\"lung\": 1} | parameters.targets & an object & a string or a list of strings",
                "[\"a\", 7] | parameters.targets[1] & a number & a string",
                "[null] | parameters.targets[0] & null & a string",
                "[[\"a\"]] | parameters.targets[0] & a list & a string"
            })
    void anyOtherTargetsAreRefused(String targets, String message) {
        assertBadRequest("{\"targets\": %s}".formatted(targets), message);
    }

    /** As transformers' tokenizers resolve these options. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"truncation\": true} | true | 512 | true",
                "{\"truncation\": \"longest_first\"} | true | 512 | true",
                "{\"truncation\": \"only_first\"} | true | 512 | true",
                "{\"truncation\": false} | true | | false",
                "{\"truncation\": \"do_not_truncate\", \"max_length\": 9} | true | | false",
                "{\"truncation\": null, \"max_length\": 9} | true | 9 | true",
                "{\"truncation\": true, \"max_length\": 9} | true | 9 | true",
                "{\"truncation\": true, \"max_length\": 900} | true | 900 | true",
                "{\"truncation\": false, \"max_length\": 9} | true | | false",
                "{\"truncation\": \"only_second\", \"max_length\": 9} | true | 9 | false",
                "{\"truncation\": \"only_second\"} | true | | false",
                "{\"max_length\": 9} | true | 9 | true",
                "{\"max_length\": 9, \"padding\": true} | true | | false",
                "{\"max_length\": 9, \"padding\": \"max_length\"} | true | | false",
                "{\"max_length\": 9, \"padding\": false} | true | 9 | true",
                "{\"max_length\": 9, \"padding\": \"do_not_pad\"} | true | | false",
                "{\"max_length\": 3} | true | 3 | true",
                "{\"padding\": \"longest\"} | true | | false",
                "{\"padding\": \"max_length\"} | true | | false",
                "{\"add_special_tokens\": false} | false | | false",
                "{\"add_special_tokens\": false, \"max_length\": 1} | false | 1 | true",
                "{\"add_special_tokens\": null} | true | | false"
            })
    void tokenizerOptionsDecideHowTextsAreCut(String kwargs, boolean specialTokens, Integer maxLength, boolean cut) {
        OptionalInt length = maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength);

        assertThat(read("{\"tokenizer_kwargs\": %s}".formatted(kwargs)).encoding())
                .isEqualTo(new Encoding(specialTokens, length, cut));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | parameters.tokenizer_kwargs & a list & an object",
                "true | parameters.tokenizer_kwargs & a boolean & an object",
                "{\"max_length\": 2} | parameters.tokenizer_kwargs.max_length & integer & 3",
                "{\"max_length\": 9.0} | parameters.tokenizer_kwargs.max_length & integer & 3",
                "{\"max_length\": 9999999999} | parameters.tokenizer_kwargs.max_length & integer & 3",
                "{\"max_length\": 0, \"add_special_tokens\": false} | parameters.tokenizer_kwargs.max_length & integer & 1",
                "{\"max_length\": 513, \"padding\": \"max_length\"} | parameters.tokenizer_kwargs.max_length & 513 & padding & 512",
                "{\"add_special_tokens\": 1} | parameters.tokenizer_kwargs.add_special_tokens & true & false"
            })
    void badTokenizerOptionsAreRefused(String kwargs, String message) {
        assertBadRequest("{\"tokenizer_kwargs\": %s}".formatted(kwargs), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"truncation\": \"canary\"}",
                "{\"truncation\": 1}",
                "{\"padding\": \"canary\"}",
                "{\"padding\": []}",
                "{\"canary\": true}",
                "{\"return_tensors\": \"pt\"}"
            })
    void choicesAreNamedAndWhatWasSentIsNotQuoted(String kwargs) {
        assertThatThrownBy(() -> read("{\"tokenizer_kwargs\": %s}".formatted(kwargs)))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("parameters.tokenizer_kwargs")
                .hasMessageNotContaining("canary")
                .hasMessageMatching(".*(longest|truncation).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"2\"", "true", "[]"})
    void ignoredNumbersMustBeNumbersToo(String value) {
        assertBadRequest("{\"batch_size\": %s}".formatted(value), "parameters.batch_size & integer & 0");
        assertBadRequest("{\"num_workers\": %s}".formatted(value), "parameters.num_workers & integer & 0");
    }

    @Test
    void anUnknownKeyIsCountedAndNotQuoted() {
        assertBadRequest(
                "{\"top_k\": 1, \"patient name\": 2}",
                "parameters & number 2 of 2 & top_k, targets, tokenizer_kwargs, batch_size, num_workers");
    }

    private static WireParameters read(String json) {
        byte[] body = "{\"parameters\": %s}".formatted(json).getBytes(UTF_8);
        return WireParameters.read(
                new JsonBody(20, 1000, 1000)
                        .read(new ByteArrayInputStream(body))
                        .parameters(),
                LONGEST);
    }

    private static void assertBadRequest(String json, String facts) {
        Refusals.assertBadRequest(() -> read(json), facts);
    }
}
