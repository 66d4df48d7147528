package dev.unmask.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;

/**
 * A line of the access log.
 *
 * @param at when the request ended, in milliseconds since 1970
 * @param requestId the request id in its answer
 * @param key the name of the request's key; null if it needed none, or was turned away
 * @param method GET, POST…
 * @param path one of the service's paths, or "other", since a path may contain anything
 * @param status of the answer; {@link Handled#GONE} if the client disconnected
 * @param texts how many were read
 * @param tokens of all texts
 * @param bodyBytes bytes of the request's body that were read
 * @param answerBytes bytes of the answer's body that were sent
 * @param nanoseconds from the request's head to the end of the answer
 * @param model name and revision of the model that was asked; null if none was
 */
@JsonNaming(SnakeCaseStrategy.class)
record Access(
        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        long at,

        String requestId,
        String key,
        String method,
        String path,
        int status,
        int texts,
        long tokens,
        long bodyBytes,
        long answerBytes,

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        long nanoseconds,

        String model) {

    /** When the request ended, in UTC, to the millisecond. */
    @JsonProperty(value = "time", index = 0)
    String time() {
        return Instant.ofEpochMilli(at).toString();
    }

    /** How long it took. */
    @JsonProperty("ms")
    double milliseconds() {
        return Math.round(nanoseconds / 1e3) / 1e3;
    }
}
