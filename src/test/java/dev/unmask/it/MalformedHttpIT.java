package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no HTTP is answered 400 without a body, and changes nothing. */
@ExtendWith(ToyService.class)
class MalformedHttpIT {
    private static final String CANARY = "qzxjvk";

    private final Service service;

    MalformedHttpIT(Service service) {
        this.service = service;
    }

    @AfterEach
    void theServiceContinuesAndHasLoggedNothingOfIt() {
        service.assertAnswers();
        assertThat(service.log()).doesNotContainIgnoringCase(CANARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qzxjvk\r\n\r\n",
                "POST\r\n\r\n",
                "GET /%zz?qzxjvk HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: qzxjvk\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nqzxjvk\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nqzx\u0000jvk: qzxjvk\r\n\r\n",
            })
    void whatIsNotHttpIs400WithoutABody(String request) throws Exception {
        String answer = service.exchange(request);

        assertThat(answer).matches("(?s)HTTP/1\\.[01] 400 .*").doesNotContain(CANARY);
        assertThat(answer.split("\r\n\r\n", 2)[1]).isEmpty();
    }

    /** On either port, and without a line in the log, since it takes no key. */
    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%", "/a%2", "/%qzxjvk", "/q/health/%zz", "/%2e%2e/%2"})
    void aMalformedEscapeIs400(String path) throws Exception {
        String log = service.log();
        for (int port : new int[] {service.port(), service.managementPort()}) {
            try (RawConnection connection = new RawConnection("127.0.0.1", port, Duration.ofSeconds(5))) {
                connection.write("GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(path));
                connection.readToTheEnd();
                assertThat(connection.received()).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(service.log()).isEqualTo(log);
    }

    /** Each is followed by what could be taken for a second request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked\r\nHost: x",
                "Transfer-Encoding: gzip, chunked\r\nHost: x",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nHost: x",
                "Transfer-Encoding: identity\r\nHost: x",
                "Transfer-Encoding:\r\nHost: x",
                "Host: x\r\nHost: y",
                "Host: x\r\nhost: x",
            })
    void aRequestWhoseEndOrAddresseeIsNotSureEndsTheConnection(String headers) throws Exception {
        for (String start : List.of("GET /health HTTP/1.1", "POST /predict HTTP/1.1", "GET /nowhere HTTP/1.1")) {
            String answer = service.exchange("%s\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n%s"
                    .formatted(start, Service.KEY, headers, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));

            assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("\r\n\r\nOk");
            assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        }
    }

    @Test
    void theManagementPortIsAsStrict() throws Exception {
        for (String request : List.of(
                "GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")) {
            try (RawConnection connection =
                    new RawConnection("127.0.0.1", service.managementPort(), Duration.ofSeconds(5))) {
                connection.write(request + "GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
                connection.readToTheEnd();
                assertThat(connection.received()).startsWith("HTTP/1.1 400 ").doesNotContain("\"UP\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTQ/1.1"})
    void anotherVersionOfHttpIsRefused(String version) throws Exception {
        String answer = service.exchange(
                "GET /health %s\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n".formatted(version));

        assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|501|505) .*").doesNotContain("\r\n\r\nOk");
    }

    @Test
    void inOlderHttpThereAreNoChunks() throws Exception {
        String answer = service.exchange(
                "POST /predict HTTP/1.0\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        .formatted(Service.KEY));

        assertThat(answer).matches("(?s)HTTP/1\\.[01] 400 .*");
    }

    @Test
    void aHeaderThatIsTooLongIsRefused() throws Exception {
        String answer =
                service.exchange("POST /predict HTTP/1.1\r\nHost: x\r\nA: " + CANARY.repeat(20_000) + "\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1\\.[01] 431 .*").doesNotContain(CANARY);
    }

    @Test
    void aUrlThatIsTooLongIsRefused() throws Exception {
        String answer = service.exchange("GET /" + CANARY.repeat(2_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1\\.[01] 414 .*").doesNotContain(CANARY);
    }

    @Test
    void aChunkThatIsNoneClosesTheConnection() throws Exception {
        String answer = service.exchange(
                "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n\r\n"
                        .formatted(Service.KEY, CANARY));

        assertThat(answer).matches("(?s)(HTTP/1\\.1 4\\d\\d .*)?").doesNotContain(CANARY);
    }

    @Test
    void randomBytesAreNotAReasonToStop() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(400)];
            random.nextBytes(bytes);
            String end = "\r\n\r\n";
            String answer = service.exchange(new String(bytes, StandardCharsets.ISO_8859_1) + end);
            assertThat(answer).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
        }
        assertThat(service.running()).isTrue();
    }
}
