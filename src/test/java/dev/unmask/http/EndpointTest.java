package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The one table of addresses. */
class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "/, 'GET, HEAD, OPTIONS, POST'",
        "/predict, 'OPTIONS, POST'",
        "/embeddings, 'OPTIONS, POST'",
        "/info, 'GET, HEAD, OPTIONS'",
        "/v2/models/a/infer, 'OPTIONS, POST'",
        "/v2/models/a/versions/b/infer, 'OPTIONS, POST'",
        "/v2/models/a/versions/b, 'GET, HEAD, OPTIONS'",
        "/v1/models/a, 'GET, HEAD, OPTIONS'",
        "/v1/models/a:predict, 'OPTIONS, POST'"
    })
    void methodsAreThoseOfTheContract(String path, String allow) {
        assertThat(Endpoint.at(path).orElseThrow().allow()).isEqualTo(allow);
    }

    @ParameterizedTest
    @EnumSource(Endpoint.class)
    void whatIsTakenIsWhatIsAllowed(Endpoint endpoint) {
        List<String> taken = HttpMethod.values().stream()
                .filter(endpoint::takes)
                .map(HttpMethod::name)
                .toList();

        // OPTIONS is answered before it gets here.
        assertThat(new TreeSet<>(Arrays.asList(endpoint.allow().split(", "))))
                .isEqualTo(Stream.concat(taken.stream(), Stream.of("OPTIONS"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @EnumSource(Endpoint.class)
    void nobodyAsksTheModelWithoutAKey(Endpoint endpoint) {
        assertThat(endpoint.isOpen(HttpMethod.POST)).isFalse();
    }

    @Test
    void anUnknownPathHasNoEndpoint() {
        assertThat(Endpoint.at("/predictions")).isEmpty();
        assertThat(Endpoint.at("/v2/models")).isEmpty();
        assertThat(Endpoint.at("/v2/models/a/b/infer")).isEmpty();
        assertThat(Endpoint.at("/v2/models//infer")).isEmpty();
    }
}
