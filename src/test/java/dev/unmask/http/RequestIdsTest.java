package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The request ids that Azure ML's inference server echoes. */
class RequestIdsTest {
    private static final String TOO_LONG = "x".repeat(RequestIds.LONGEST + 1);

    @Test
    void withoutAnyIdANewOneIsMadeEachTime() {
        Map<String, String> ids = RequestIds.of(headers());

        assertThat(ids).containsOnlyKeys("x-request-id", "x-ms-request-id");
        assertThat(UUID.fromString(ids.get("x-request-id"))).hasToString(ids.get("x-ms-request-id"));
        assertThat(RequestIds.of(headers())).isNotEqualTo(ids);
    }

    @Test
    void theRequestIdIsEchoedInBoth() {
        assertThat(RequestIds.of(headers("x-request-id", "a")))
                .containsOnly(Map.entry("x-request-id", "a"), Map.entry("x-ms-request-id", "a"));
    }

    @Test
    void theClientsIdStandsForMicrosoftsToo() {
        assertThat(RequestIds.of(headers("x-request-id", "a", "x-ms-client-request-id", "c")))
                .containsOnly(
                        Map.entry("x-request-id", "a"),
                        Map.entry("x-ms-request-id", "c"),
                        Map.entry("x-ms-client-request-id", "c"));
    }

    @Test
    void microsoftsIdWinsOverTheClients() {
        assertThat(RequestIds.of(headers(
                        "x-request-id", "a", "x-ms-client-request-id", "c", "x-ms-request-id", "m", "TraceId", "t")))
                .containsOnly(
                        Map.entry("x-request-id", "a"),
                        Map.entry("x-ms-request-id", "m"),
                        Map.entry("x-ms-client-request-id", "m"),
                        Map.entry("TraceId", "t"));
    }

    @Test
    void emptyIdsCountAsNone() {
        Map<String, String> ids = RequestIds.of(headers("x-request-id", "", "x-ms-request-id", "", "TraceId", ""));

        assertThat(ids).containsOnlyKeys("x-request-id", "x-ms-request-id");
        assertThat(ids.values()).doesNotContain("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-request-id", "x-ms-request-id", "x-ms-client-request-id", "TraceId"})
    void anIdThatIsTooLongIsRefusedByNameAndNotEchoed(String name) {
        MultiMap request = headers(name, TOO_LONG);

        assertThatThrownBy(() -> RequestIds.check(request))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.HEADER_TOO_LONG))
                .message()
                .contains(name, "101", "100");
        assertThat(RequestIds.of(request).values()).doesNotContain(TOO_LONG);
        assertThatCode(() -> RequestIds.check(headers(name, "x".repeat(100)))).doesNotThrowAnyException();
    }

    private static MultiMap headers(String... namesAndValues) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }
}
