package dev.unmask.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;

/**
 * A line of the access log.
 *
 * @param at when the request was over, in milliseconds since 1970
 * @param requestId the id that its answer carries
 * @param key the name of the key that it came with; null where it was let in without one, or turned away
 * @param method GET, POST…
 * @param path one of ours; "other" for any other, since a path may say anything
 * @param status of the answer; {@link Handled#GONE} where the client had gone
 * @param texts how many there were, as far as they were read
 * @param tokens of all texts
 * @param bodyBytes bytes of the request's body that were read
 * @param answerBytes bytes of the answer's body that were sent
 * @param nanoseconds from the request's head to the end of the answer
 * @param model name and revision of the model that was asked; null where none was
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

    /** When the request was over, in UTC, to the millisecond. */
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
