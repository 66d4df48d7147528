package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which media types are taken and answered. */
class NegotiationTest {

    @Test
    void unsaidIsJson() {
        assertThatCode(() -> Negotiation.check(MultiMap.caseInsensitiveMultiMap()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=UTF-8",
                "application/json;charset=utf-8",
                "Application/JSON ; boundary=x",
                "",
                " "
            })
    void jsonIsTakenInAnyCaseAndWithAnyParameters(String contentType) {
        assertThatCode(() -> Negotiation.check(headers("Content-Type", contentType)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/csv",
                "application/x-www-form-urlencoded",
                "application/jsonl",
                "application/*",
                "json",
                "text/plain; application/json",
                ";"
            })
    void anyOtherContentTypeIsRefused(String contentType) {
        assertThatThrownBy(() -> Negotiation.check(headers("Content-Type", contentType)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.UNSUPPORTED_MEDIA_TYPE))
                .hasMessageContaining("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/*",
                "APPLICATION/JSON; charset=UTF-8",
                "application/json, text/plain, */*",
                "text/html, */*;q=0.1",
                "text/html;q=1, application/json;q=0.001",
                "text/html, application/*;q=0, application/json",
                "*/*;q=0, application/json",
                "",
                " , ",
                "application/json;q=nonsense"
            })
    void whatAllowsJsonIsAnswered(String accept) {
        assertThatCode(() -> Negotiation.check(headers("Accept", accept))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html, text/plain;q=0.5",
                "application/json;q=0",
                "application/json; q=0.000, */*",
                "application/*;q=0, */*",
                "*/*;q=0",
                "application/xml"
            })
    void whatForbidsJsonIsRefused(String accept) {
        assertThatThrownBy(() -> Negotiation.check(headers("Accept", accept)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_ACCEPTABLE))
                .hasMessageContaining("Accept");
    }

    @Test
    void severalAcceptHeadersAreOneList() {
        MultiMap both = headers("Accept", "text/html").add("Accept", "application/json");

        assertThatCode(() -> Negotiation.check(both)).doesNotThrowAnyException();
    }

    private static MultiMap headers(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }
}
