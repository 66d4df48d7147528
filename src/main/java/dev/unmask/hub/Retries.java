package dev.unmask.hub;

import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.hc.client5.http.utils.DateUtils;

/**
 * When requests to a hub are retried: after waits that double each time, with a random jitter of a quarter, so that clients
 * that were refused together don't return together. If a server says how long to wait, at least that long.
 */
final class Retries {
    private static final Set<Integer> WORTH_ANOTHER_ATTEMPT = Set.of(408, 416, 429, 500, 502, 503, 504);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);
    private static final Duration OWN = Duration.ofNanos(-1);
    private static final double JITTER = 0.25;

    private Retries() {}

    /** The policy; an attempt with partial progress returns null. */
    static RetryPolicy<Receiver.Answer> policy(HubSettings.Patience patience) {
        return RetryPolicy.<Receiver.Answer>builder()
                .handle(IOException.class)
                .handleResultIf(answer -> answer != null && WORTH_ANOTHER_ATTEMPT.contains(answer.status()))
                .abortOn(Receiver.Broken.class)
                .abortIf(answer -> answer != null && asked(answer).compareTo(LONGEST_ASKED_FOR) > 0)
                .withMaxRetries(patience.retries())
                .withBackoff(patience.backOff(), LONGEST)
                .withJitter(JITTER)
                .withDelayFn(attempt -> attempt.getLastResult() == null ? OWN : delay(asked(attempt.getLastResult())))
                .build();
    }

    /** A third more than the server requests, since the jitter may subtract a quarter. */
    private static Duration delay(Duration asked) {
        return asked.isZero() ? OWN : asked.multipliedBy(4).dividedBy(3);
    }

    private static Duration asked(Receiver.Answer answer) {
        return asked(answer.header("Retry-After"), Instant.now());
    }

    /**
     * The server's {@code Retry-After}: seconds or a date (RFC 9110, 10.2.3); zero if missing or malformed.
     */
    static Duration asked(String retryAfter, Instant now) {
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        Instant then = DateUtils.parseStandardDate(retryAfter);
        return then != null && then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
