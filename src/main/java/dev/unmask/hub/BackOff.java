package dev.unmask.hub;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between attempts: twice as long each time, at least half of that and at random up to the whole, so that many
 * that were turned away together don't come back together. Where a server says how long to wait, that long.
 */
final class BackOff {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);

    private final HubSettings.Patience patience;
    private int failures;

    BackOff(HubSettings.Patience patience) {
        this.patience = patience;
    }

    /** Something came after all: the next failure is the first again. */
    void reset() {
        failures = 0;
    }

    /**
     * Waits before another attempt.
     *
     * @param retryAfter the header {@code Retry-After}, seconds or a date (RFC 9110, 10.2.3), or empty
     * @return whether there may be another attempt; where not, it has not waited
     */
    boolean pause(String retryAfter) throws InterruptedException {
        if (failures >= patience.retries()) {
            return false;
        }
        Duration wait = own();
        failures++;
        Duration asked = asked(retryAfter, Instant.now());
        if (asked.compareTo(LONGEST_ASKED_FOR) > 0) {
            return false;
        }
        Thread.sleep((asked.compareTo(wait) > 0 ? asked : wait).toMillis());
        return true;
    }

    private Duration own() {
        long most = Math.min(LONGEST.toMillis(), patience.backOff().toMillis() << Math.min(failures, 20));
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    /** What a server asks for, zero where it asks for nothing that can be understood. */
    static Duration asked(String retryAfter, Instant now) {
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        try {
            Instant then = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
        } catch (DateTimeException notADate) {
            return Duration.ZERO;
        }
    }
}
