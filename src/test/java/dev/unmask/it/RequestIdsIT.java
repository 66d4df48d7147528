package dev.unmask.it;

import static dev.unmask.it.Service.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids that requests bring along and answers carry, as Azure ML's inference server has them. */
@ExtendWith(ToyService.class)
class RequestIdsIT {
    private final Service service;

    RequestIdsIT(Service service) {
        this.service = service;
    }

    private HttpRequest.Builder question() {
        return service.posting("/score", "{\"inputs\":\"a [MASK]\"}");
    }

    @Test
    void withoutAnIdOneIsMade() throws Exception {
        HttpResponse<String> response = service.send(question());

        String id = header(response, "x-request-id").get(0);
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(header(response, "x-ms-request-id")).containsExactly(id);
        assertThat(header(response, "x-ms-client-request-id")).isEmpty();
        assertThat(header(response, "TraceId")).isEmpty();
        assertThat(header(service.send(question()), "x-request-id")).doesNotContain(id);
    }

    @Test
    void theRequestsIdComesBack() throws Exception {
        HttpResponse<String> response =
                service.send(question().header("x-request-id", "one").header("TraceId", "trace"));

        assertThat(header(response, "x-request-id")).containsExactly("one");
        assertThat(header(response, "x-ms-request-id")).containsExactly("one");
        assertThat(header(response, "x-ms-client-request-id")).isEmpty();
        assertThat(header(response, "TraceId")).containsExactly("trace");
    }

    @Test
    void theClientsIdStandsInForMicrosofts() throws Exception {
        HttpResponse<String> response = service.send(question().header("x-ms-client-request-id", "client"));

        assertThat(header(response, "x-ms-request-id")).containsExactly("client");
        assertThat(header(response, "x-ms-client-request-id")).containsExactly("client");
        assertThat(header(response, "x-request-id")).doesNotContain("client");
    }

    @Test
    void microsoftsIdGoesBeforeTheClients() throws Exception {
        HttpResponse<String> response =
                service.send(question().header("x-ms-request-id", "ms").header("x-ms-client-request-id", "client"));

        assertThat(header(response, "x-ms-request-id")).containsExactly("ms");
        assertThat(header(response, "x-ms-client-request-id")).containsExactly("ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-request-id", "x-ms-request-id", "x-ms-client-request-id", "TraceId"})
    void anIdOfMoreThanAHundredCharactersIsRefusedAndNotEchoed(String name) throws Exception {
        HttpResponse<String> fits = service.send(question().header(name, "i".repeat(100)));
        HttpResponse<String> tooLong = service.send(question().header(name, "i".repeat(101)));

        Answers.prediction(fits);
        assertThat(header(fits, name)).containsExactly("i".repeat(100));
        assertThat(Answers.refusal(tooLong, 431)).contains(name, "101", "100");
        assertThat(tooLong.headers().map().values()).noneMatch(values -> values.contains("i".repeat(101)));
    }

    @Test
    void refusalsCarryIdsTooButNoRun() throws Exception {
        HttpResponse<String> unauthorized =
                service.send(service.anonymous("/info").header("x-request-id", "mine"));
        HttpResponse<String> noMask =
                service.send(service.posting("/", "{\"inputs\":\"a\"}").header("x-request-id", "mine"));
        HttpResponse<String> nowhere = service.send(service.to("/nowhere").header("x-request-id", "mine"));

        Answers.refusal(unauthorized, 401);
        Answers.refusal(noMask, 400);
        Answers.refusal(nowhere, 404);
        for (HttpResponse<String> refusal : List.of(unauthorized, noMask, nowhere)) {
            assertThat(header(refusal, "x-request-id")).containsExactly("mine");
            assertThat(header(refusal, "x-ms-run-function-failed")).isEmpty();
        }
    }
}
