package dev.unmask.it;

import static dev.unmask.it.Answers.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
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

    private RequestSpecification question() {
        return service.posting("{\"inputs\":\"a [MASK]\"}");
    }

    @Test
    void withoutAnIdOneIsMade() {
        Response response = question().when().post("/score");

        String id = header(response, "x-request-id").get(0);
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(header(response, "x-ms-request-id")).containsExactly(id);
        assertThat(header(response, "x-ms-client-request-id")).isEmpty();
        assertThat(header(response, "TraceId")).isEmpty();
        assertThat(header(question().when().post("/score"), "x-request-id")).doesNotContain(id);
    }

    @Test
    void theRequestsIdComesBack() {
        Response response = question()
                .header("x-request-id", "one")
                .header("TraceId", "trace")
                .when()
                .post("/score");

        assertThat(header(response, "x-request-id")).containsExactly("one");
        assertThat(header(response, "x-ms-request-id")).containsExactly("one");
        assertThat(header(response, "x-ms-client-request-id")).isEmpty();
        assertThat(header(response, "TraceId")).containsExactly("trace");
    }

    @Test
    void theClientsIdStandsInForMicrosofts() {
        Response response =
                question().header("x-ms-client-request-id", "client").when().post("/score");

        assertThat(header(response, "x-ms-request-id")).containsExactly("client");
        assertThat(header(response, "x-ms-client-request-id")).containsExactly("client");
        assertThat(header(response, "x-request-id")).doesNotContain("client");
    }

    @Test
    void microsoftsIdGoesBeforeTheClients() {
        Response response = question()
                .header("x-ms-request-id", "ms")
                .header("x-ms-client-request-id", "client")
                .when()
                .post("/score");

        assertThat(header(response, "x-ms-request-id")).containsExactly("ms");
        assertThat(header(response, "x-ms-client-request-id")).containsExactly("ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-request-id", "x-ms-request-id", "x-ms-client-request-id", "TraceId"})
    void anIdOfMoreThanAHundredCharactersIsRefusedAndNotEchoed(String name) {
        Response fits = question().header(name, "i".repeat(100)).when().post("/score");
        Response tooLong = question().header(name, "i".repeat(101)).when().post("/score");

        Answers.prediction(fits);
        assertThat(header(fits, name)).containsExactly("i".repeat(100));
        assertThat(Answers.refusal(tooLong, 431)).contains(name, "101", "100");
        assertThat(tooLong.headers()).noneMatch(echoed -> echoed.getValue().contains("i".repeat(101)));
    }

    @Test
    void refusalsCarryIdsTooButNoRun() {
        Response unauthorized =
                service.anonymous().header("x-request-id", "mine").when().get("/info");
        Response noMask = service.posting("{\"inputs\":\"a\"}")
                .header("x-request-id", "mine")
                .when()
                .post("/");
        Response nowhere = service.to().header("x-request-id", "mine").when().get("/nowhere");

        Answers.refusal(unauthorized, 401);
        Answers.refusal(noMask, 400);
        Answers.refusal(nowhere, 404);
        for (Response refusal : List.of(unauthorized, noMask, nowhere)) {
            assertThat(header(refusal, "x-request-id")).containsExactly("mine");
            assertThat(header(refusal, "x-ms-run-function-failed")).isEmpty();
        }
    }
}
