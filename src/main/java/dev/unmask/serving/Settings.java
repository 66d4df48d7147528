package dev.unmask.serving;

import dev.unmask.batching.BatchLimits;
import dev.unmask.engine.Device;
import dev.unmask.engine.Provider;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.graph.Precision;
import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The validated serving configuration: first what needs no model, then what depends on one.
 *
 * @param device where to run
 * @param precision the requested precision
 * @param threads intra-op threads
 */
record Settings(Device device, Precision precision, int threads, ServingConfig config, LimitsConfig limits) {
    /** The longest request timeout. */
    static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(180);

    private static final Pattern SERVED_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final long LEAST_CUDA_MEMORY = 64L << 20;

    /** Masks in a batch: with 30,522 pieces, 256 rows of logits are 31 MB. */
    private static final int BATCH_MASKS = 256;

    private static final int BATCH_TOKENS = 512;

    /** A GPU needs as many to be busy (docs/performance.md). */
    private static final int CUDA_BATCH_TOKENS = 16_384;

    private static final int MOST_BATCH_TOKENS = 65_536;

    /** Far more characters than a token of any report has. */
    private static final int CHARACTERS_A_POSITION = 64;

    /** Tokenizing needs about 600 bytes of native memory per character. */
    private static final int MOST_CHARACTERS = 1 << 20;

    /**
     * Checks everything that needs no model.
     *
     * @throws Fault of kind CONFIGURATION that names the setting, what was found and what is allowed
     */
    static Settings of(ServingConfig config, LimitsConfig limits) {
        Device device = device(config);
        Precision precision = Fault.naming("UNMASK_PRECISION", () -> Precision.parse(config.precision()));
        int threads = Ranges.threads(config.threads());
        config.servedName().filter(name -> !SERVED_NAME.matcher(name).matches()).ifPresent(name -> {
            throw Fault.configuration(
                    "UNMASK_SERVED_NAME is \"%s\"; since it is a part of paths, it may only have letters, digits, dots, dashes and underscores, and must begin with a letter or digit."
                            .formatted(name));
        });
        Ranges.check("UNMASK_QUEUE_TOKENS", config.queueTokens(), 512, Integer.MAX_VALUE);
        Ranges.check("UNMASK_LIMITS_JSON_DEPTH", limits.jsonDepth(), 4, 1000);
        Ranges.check("UNMASK_LIMITS_CONNECTIONS", limits.connections(), 1, Integer.MAX_VALUE);
        Ranges.check("UNMASK_LIMITS_HEADER_TIMEOUT", limits.headerTimeout(), MILLISECOND, HOUR);
        Ranges.check("UNMASK_LIMITS_BODY_TIMEOUT", limits.bodyTimeout(), MILLISECOND, HOUR);
        Ranges.check("UNMASK_LIMITS_WRITE_TIMEOUT", limits.writeTimeout(), MILLISECOND, HOUR);
        Ranges.check("UNMASK_LIMITS_BODY", limits.body().asLongValue(), 1, Integer.MAX_VALUE);
        return new Settings(device, precision, threads, config, limits);
    }

    private static Device device(ServingConfig config) {
        Device device = Fault.naming("UNMASK_DEVICE", () -> Device.parse(config.device()));
        return config.cudaMemoryLimit()
                .map(MemorySize::asLongValue)
                .map(bytes -> Ranges.check("UNMASK_CUDA_MEMORY_LIMIT", bytes, LEAST_CUDA_MEMORY, Long.MAX_VALUE))
                .map(device::limitedTo)
                .orElse(device);
    }

    /**
     * The limits of a query.
     *
     * @param positions the most tokens of a text in the model
     * @throws Fault as {@link #of} does
     */
    QueryLimits queries(int positions) {
        int characters = (int) Math.min(MOST_CHARACTERS, (long) CHARACTERS_A_POSITION * positions);
        return new QueryLimits(
                Ranges.check("UNMASK_LIMITS_INPUTS", limits.inputs(), 1, 65536),
                Ranges.check("UNMASK_LIMITS_CHARACTERS", limits.characters().orElse(characters), 16, MOST_CHARACTERS),
                Ranges.check("UNMASK_LIMITS_TOKENS", limits.tokens().orElse(positions), 3, positions),
                Ranges.check("UNMASK_LIMITS_MASKS", limits.masks(), 1, 65536),
                Ranges.check("UNMASK_LIMITS_TARGETS", limits.targets(), 1, 1 << 20),
                Ranges.check("UNMASK_LIMITS_TARGET_CHARACTERS", limits.targetCharacters(), 1, MOST_CHARACTERS),
                Ranges.check("UNMASK_LIMITS_ANSWER_TOKENS", limits.answerTokens(), 1, Long.MAX_VALUE),
                Ranges.check("UNMASK_REQUEST_TIMEOUT", config.requestTimeout(), MILLISECOND, LONGEST_TIMEOUT));
    }

    /**
     * Checks what is configured of batches, which needs no engine.
     *
     * @param longest the most tokens of a text
     * @throws Fault as {@link #of} does
     */
    void checkBatches(int longest) {
        if (config.batchTokens().isEmpty()) {
            return;
        }
        int tokens = config.batchTokens().getAsInt();
        if (tokens < longest) {
            throw Fault.configuration(
                    "UNMASK_BATCH_TOKENS is %d, less than the %d tokens that one text may have; raise it, or lower UNMASK_LIMITS_TOKENS."
                            .formatted(tokens, longest));
        }
        Ranges.check("UNMASK_BATCH_TOKENS", tokens, 1, Math.max(MOST_BATCH_TOKENS, longest));
    }

    /**
     * The limits of batches, {@linkplain #checkBatches checked}.
     *
     * @param longest the most tokens of a text
     * @param provider where batches run
     */
    BatchLimits batches(int longest, Provider provider) {
        int tokens = config.batchTokens().orElse(Math.max(provider.cuda() ? CUDA_BATCH_TOKENS : BATCH_TOKENS, longest));
        return new BatchLimits(tokens, BATCH_MASKS, config.queueTokens());
    }
}
