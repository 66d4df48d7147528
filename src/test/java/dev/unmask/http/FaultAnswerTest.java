package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one mapping of failures to statuses. */
class FaultAnswerTest {
    private static final String GENERIC = "The service failed; see its log.";

    @ParameterizedTest
    @CsvSource({
        "BAD_REQUEST, 400",
        "UNAUTHORIZED, 401",
        "NOT_FOUND, 404",
        "NOT_ACCEPTABLE, 406",
        "TOO_LARGE, 413",
        "UNSUPPORTED_MEDIA_TYPE, 415",
        "OVERLOADED, 429",
        "RATE_LIMITED, 429",
        "HEADER_TOO_LONG, 431",
        "NOT_READY, 503"
    })
    void whatTheCallerCanMendIsReportedWithItsSentence(Fault.Kind kind, int status) {
        FaultAnswer answer = FaultAnswer.of(new Fault(kind, "A sentence."));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error()).isEqualTo("A sentence.");
        assertThat(answer.body()).isEqualTo("{\"error\":\"A sentence.\"}");
    }

    @ParameterizedTest
    @CsvSource({"TOO_LATE, 408, too_late", "TOO_MUCH_WORK, 413, too_much_work"})
    void whatTakesTooLongNamesTheSetting(Fault.Kind kind, int status, String reason) {
        FaultAnswer answer = FaultAnswer.of(new Fault(kind, "A sentence."));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.error()).startsWith("A sentence. ").contains("UNMASK_REQUEST_TIMEOUT");
    }

    @ParameterizedTest
    @EnumSource(names = {"MODEL_REFUSED", "DEVICE_UNAVAILABLE", "CONFIGURATION"})
    void whatOnlyTheOperatorMaySeeIsNotTold(Fault.Kind kind) {
        assertThat(FaultAnswer.of(new Fault(kind, "/srv/secret/model.onnx")))
                .isEqualTo(new FaultAnswer(500, "failed", GENERIC, Map.of()));
    }

    @Test
    void whoShouldComeBackLaterIsToldWhen() {
        assertThat(FaultAnswer.of(new Fault(Fault.Kind.NOT_READY, "Later.")).headers())
                .containsOnly(Map.entry("Retry-After", "1"));
        assertThat(FaultAnswer.of(new Fault(Fault.Kind.OVERLOADED, "Later.")).headers())
                .containsOnly(
                        Map.entry("Retry-After", "1"),
                        Map.entry("ms-azureml-model-error-reason", "too_many_pending_request"));
        assertThat(FaultAnswer.of(Fault.rateLimited("Later.", 7)).headers())
                .containsOnly(Map.entry("Retry-After", "7"));
    }

    @Test
    void whoHasNoKeyIsToldTheScheme() {
        assertThat(FaultAnswer.of(new Fault(Fault.Kind.UNAUTHORIZED, "No key.")).headers())
                .containsOnly(Map.entry("WWW-Authenticate", "Bearer"));
    }

    @Test
    void aFaultInsideAFailedStageIsTheFault() {
        Throwable wrapped = new CompletionException(new CompletionException(Fault.badRequest("A sentence.")));

        assertThat(FaultAnswer.of(wrapped)).isEqualTo(new FaultAnswer(400, "bad_request", "A sentence.", Map.of()));
    }

    @Test
    void anyOtherFailureIsAnsweredWithAGenericText() {
        Throwable failure = new IllegalStateException("report text", new RuntimeException("more report text"));

        assertThat(FaultAnswer.of(failure)).isEqualTo(new FaultAnswer(500, "failed", GENERIC, Map.of()));
        assertThat(FaultAnswer.of(new OutOfMemoryError("report text")).error()).isEqualTo(GENERIC);
        assertThat(FaultAnswer.of(new CompletionException("no cause", null)).status())
                .isEqualTo(500);
    }

    @Test
    void theBodyIsJsonWhateverTheSentence() {
        assertThat(FaultAnswer.of(400, "\"quoted\" \\ caf\u00e9\n").body())
                .isEqualTo("{\"error\":\"\\\"quoted\\\" \\\\ caf\u00e9\\n\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 408, 413, 415, 431})
    void theFrameworksRefusalsHaveSentencesOfTheirOwn(int status) {
        FaultAnswer answer = Statuses.answer(status);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error()).endsWith(".").isNotEqualTo("The request was refused.");
    }

    @Test
    void anyOtherStatusHasASentenceForItsClass() {
        assertThat(Statuses.answer(418))
                .isEqualTo(new FaultAnswer(418, "bad_request", "The request was refused.", Map.of()));
        assertThat(Statuses.answer(502)).isEqualTo(new FaultAnswer(502, "failed", GENERIC, Map.of()));
    }
}
