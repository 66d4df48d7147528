package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.Ranges;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** How much each key may ask for: requests a second and tokens a minute, where that is limited. */
@Singleton
public class KeyLimits {
    private static final long MOST = 1_000_000_000;

    private final OptionalLong requests;
    private final OptionalLong tokens;
    private final Map<String, Bucket> requestsOf = new ConcurrentHashMap<>();
    private final Map<String, Bucket> tokensOf = new ConcurrentHashMap<>();

    /**
     * Made by the container.
     *
     * @throws Fault of kind CONFIGURATION when a limit is out of range
     */
    public KeyLimits(LimitsConfig config) {
        requests = config.keyRequests();
        tokens = config.keyTokens();
        requests.ifPresent(limit -> Ranges.check("UNMASK_LIMITS_KEY_REQUESTS", limit, 1, MOST));
        tokens.ifPresent(limit -> Ranges.check("UNMASK_LIMITS_KEY_TOKENS", limit, 1, MOST));
    }

    /**
     * Counts a request that asks the model.
     *
     * @param key the name of the key that it came with
     * @throws Fault of kind OVERLOADED when the key has asked too often
     */
    void request(String key) {
        if (requests.isPresent()) {
            take(
                    requestsOf.computeIfAbsent(key, name -> bucket(requests.getAsLong(), Duration.ofSeconds(1))),
                    1,
                    "The key \"%s\" may send %d requests a second; send them more slowly."
                            .formatted(key, requests.getAsLong()));
        }
    }

    /**
     * Counts the tokens of a request, before the model is asked. More than a minute's worth count as that much.
     *
     * @throws Fault of kind OVERLOADED when the key has had its share
     */
    void tokens(String key, long number) {
        if (tokens.isPresent() && number > 0) {
            long limit = tokens.getAsLong();
            take(
                    tokensOf.computeIfAbsent(key, name -> bucket(limit, Duration.ofMinutes(1))),
                    Math.min(number, limit),
                    "The key \"%s\" may send %d tokens a minute; send fewer texts, or send them later."
                            .formatted(key, limit));
        }
    }

    private static Bucket bucket(long amount, Duration every) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(amount).refillGreedy(amount, every))
                .build();
    }

    private static void take(Bucket bucket, long amount, String refusal) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(amount);
        if (!probe.isConsumed()) {
            long seconds = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
            throw Fault.overloaded(refusal, Math.toIntExact(seconds));
        }
    }
}
