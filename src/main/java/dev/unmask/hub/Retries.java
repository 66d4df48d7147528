package dev.unmask.hub;

import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.hc.client5.http.utils.DateUtils;

/**
 * When a hub is asked again: each time after twice as long, give or take a quarter at random, so that many that were turned
 * away together don't come back together. Where a server says how long to wait, that long at least.
 */
final class Retries {
    private static final Set<Integer> WORTH_ANOTHER_ATTEMPT = Set.of(408, 416, 429, 500, 502, 503, 504);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);
    private static final Duration OWN = Duration.ofNanos(-1);
    private static final double JITTER = 0.25;

    private Retries() {}

    /** The policy; its attempts give null where something came, though not all. */
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

    /** A third more than a server asks for, since the jitter may take a quarter off. */
    private static Duration delay(Duration asked) {
        return asked.isZero() ? OWN : asked.multipliedBy(4).dividedBy(3);
    }

    private static Duration asked(Receiver.Answer answer) {
        return asked(answer.header("Retry-After"), Instant.now());
    }

    /**
     * What a server asks for in {@code Retry-After}: seconds or a date (RFC 9110, 10.2.3); zero where it asks for nothing that
     * can be understood.
     */
    static Duration asked(String retryAfter, Instant now) {
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        Instant then = DateUtils.parseStandardDate(retryAfter);
        return then != null && then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
