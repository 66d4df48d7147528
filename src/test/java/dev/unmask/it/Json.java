package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** Reads, writes and compares JSON. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final double TOLERANCE = 1e-5;

    private Json() {}

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException invalid) {
            throw new AssertionError("No JSON: " + json, invalid);
        }
    }

    /** A value as JSON; a text becomes a string in quotes. */
    static String string(Object text) {
        try {
            return MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Equal but for a tolerance of numbers with a fraction; keys in the same order. */
    static void assertSame(JsonNode want, JsonNode got) {
        assertSame(want, got, "$");
    }

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
