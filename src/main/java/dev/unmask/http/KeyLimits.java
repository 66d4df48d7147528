package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.LimitsConfig;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Limits of each key: requests per second and tokens per minute, if configured. */
@Singleton
public class KeyLimits {
    private final Share requests;
    private final Share tokens;

    /** Created by the container. */
    public KeyLimits(LimitsConfig config) {
        requests = Share.of(config.keyRequests(), Duration.ofSeconds(1));
        tokens = Share.of(config.keyTokens(), Duration.ofMinutes(1));
    }

    /**
     * Counts a request that asks the model.
     *
     * @param key the name of its key
     * @throws Fault of kind RATE_LIMITED when the key exceeded its requests per second
     */
    void request(String key) {
        requests.take(key, 1, "The key \"%s\" may send %d requests per second; slow down.");
    }

    /**
     * Counts the tokens of a request, before the model is asked. More than a minute's worth counts as a minute's worth.
     *
     * @throws Fault of kind RATE_LIMITED when the key exceeded its tokens per minute
     */
    void tokens(String key, long number) {
        if (number > 0) {
            tokens.take(
                    key, number, "The key \"%s\" may send %d tokens per minute; send fewer texts, or send them later.");
        }
    }

    /**
     * One kind of limit.
     *
     * @param amount how much; empty if unlimited
     * @param every in which time
     * @param buckets of the keys seen so far
     */
    private record Share(OptionalLong amount, Duration every, Map<String, Bucket> buckets) {
        static Share of(OptionalLong amount, Duration every) {
            return new Share(amount, every, new ConcurrentHashMap<>());
        }

        void take(String key, long number, String refusal) {
            if (amount.isEmpty()) {
                return;
            }
            long limit = amount.getAsLong();
            ConsumptionProbe probe = buckets.computeIfAbsent(key, name -> bucket(limit))
                    .tryConsumeAndReturnRemaining(Math.min(number, limit));
            if (!probe.isConsumed()) {
                long seconds = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
                throw Fault.rateLimited(refusal.formatted(key, limit), Math.toIntExact(seconds));
            }
        }

        private Bucket bucket(long limit) {
            // Uses the monotonic clock: when the wall clock is set back, nobody has to wait for it to catch up.
            return Bucket.builder()
                    .withNanosecondPrecision()
                    .addLimit(bandwidth -> bandwidth.capacity(limit).refillGreedy(limit, every))
                    .build();
        }
    }
}
