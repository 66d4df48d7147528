package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.OutOfMemory;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * A failure's answer: the only mapping of faults to statuses.
 *
 * @param status the HTTP status
 * @param reason its reason in the metrics
 * @param error the value of the body's {@code error}
 * @param headers further headers
 */
record FaultAnswer(int status, String reason, String error, Map<String, String> headers) {
    private static final Logger LOG = Logger.getLogger(FaultAnswer.class);
    private static final String TIMEOUT = "UNMASK_REQUEST_TIMEOUT";
    private static final String RETRY_AFTER = "Retry-After";
    private static final Map<String, String> RETRY = Map.of(RETRY_AFTER, "1");

    static FaultAnswer of(int status, String error) {
        return new FaultAnswer(status, reason(status), error, Map.of());
    }

    /** The reason, where the status determines it; 429 and 503 have several. */
    private static String reason(int status) {
        return switch (status) {
            case 401 -> "unauthorized";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 406 -> "not_acceptable";
            case 408 -> "too_late";
            case 413 -> "too_large";
            case 415 -> "unsupported_media_type";
            case 431 -> "header_too_long";
            default -> status < 500 ? "bad_request" : "failed";
        };
    }

    /** The answer to any failure; anything but a fault is logged and gets a generic message. */
    static FaultAnswer of(Throwable failure) {
        Throwable thrown = thrown(failure);
        if (thrown instanceof Fault fault) {
            return of(fault);
        }
        if (thrown instanceof CancellationException) {
            // The client disconnected: nobody reads this, and it is not a failure of the service.
            return Statuses.answer(408);
        }
        OutOfMemory.endProcessIf(thrown);
        // Only its class: a library's message may quote its input.
        LOG.errorf("A request failed: %s", describe(thrown));
        return internal();
    }

    /** The exception, without a future's wrapping. */
    static Throwable thrown(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? thrown(failure.getCause())
                : failure;
    }

    private static FaultAnswer of(Fault fault) {
        String message = fault.getMessage();
        return switch (fault.kind()) {
            case BAD_REQUEST -> of(400, CallersWords.of(fault));
            case UNAUTHORIZED -> new FaultAnswer(401, reason(401), message, Map.of("WWW-Authenticate", "Bearer"));
            case NOT_FOUND -> of(404, message);
            case NOT_ACCEPTABLE -> of(406, message);
            case TOO_LATE ->
                of(408, message + " Send fewer or shorter texts, try again later, or raise " + TIMEOUT + ".");
            case TOO_MUCH_WORK ->
                new FaultAnswer(
                        413,
                        "too_much_work",
                        message + " Send fewer or shorter texts at a time, or raise " + TIMEOUT + ".",
                        Map.of());
            case TOO_LARGE -> of(413, message);
            case UNSUPPORTED_MEDIA_TYPE -> of(415, message);
            case OVERLOADED ->
                new FaultAnswer(
                        429,
                        "queue_full",
                        message,
                        Map.of(
                                RETRY_AFTER,
                                Integer.toString(fault.retrySeconds()),
                                "ms-azureml-model-error-reason",
                                "too_many_pending_request"));
            case RATE_LIMITED ->
                new FaultAnswer(429, "key_limit", message, Map.of(RETRY_AFTER, Integer.toString(fault.retrySeconds())));
            case HEADER_TOO_LONG -> of(431, message);
            case NOT_READY -> new FaultAnswer(503, "not_ready", message, RETRY);
            case OUT_OF_ROOM -> {
                // With a cause it is native memory, which our limits don't cover.
                if (fault.getCause() != null) {
                    LOG.warn(
                            "ONNX Runtime found no memory for a batch; lower UNMASK_BATCH_TOKENS, or give more memory.");
                }
                yield new FaultAnswer(503, "no_memory", message, RETRY);
            }
            case MODEL_REFUSED, STORAGE, DEVICE_UNAVAILABLE, CONFIGURATION -> {
                LOG.error(message);
                yield internal();
            }
        };
    }

    private static FaultAnswer internal() {
        return of(500, "The service failed; see its log.");
    }

    private static String describe(Throwable failure) {
        StringBuilder description = new StringBuilder(failure.getClass().getName());
        StackTraceElement[] trace = failure.getStackTrace();
        for (int i = 0; i < Math.min(12, trace.length); i++) {
            description.append("\n\tat ").append(trace[i]);
        }
        if (failure.getCause() != null && failure.getCause() != failure) {
            description.append("\ncaused by ").append(describe(failure.getCause()));
        }
        return description.toString();
    }

    /** Sends this answer. */
    void send(HttpServerResponse response) {
        response.setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        headers.forEach(response::putHeader);
        response.end(body());
    }

    /** The body, {@code {"error": …}}. */
    String body() {
        return new JsonObject().put("error", error).encode();
    }
}
