package dev.unmask.serving;

import dev.unmask.batching.BatchLimits;
import dev.unmask.engine.Device;
import dev.unmask.engine.Provider;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.graph.Precision;
import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;

/**
 * The validated serving configuration: first what needs no model, then what depends on one.
 *
 * @param device where to run
 * @param precision the requested precision
 * @param threads intra-op threads
 */
record Settings(Device device, Precision precision, int threads, ServingConfig config, LimitsConfig limits) {
    /** The longest request timeout. */
    static final Duration LONGEST_TIMEOUT = Duration.ofMillis(ServingConfig.LONGEST_TIMEOUT);

    /** Masks in a batch: with 30,522 pieces, 256 rows of logits are 31 MB. */
    private static final int BATCH_MASKS = 256;

    private static final int BATCH_TOKENS = 512;

    /** A GPU needs as many to be busy (docs/performance.md). */
    private static final int CUDA_BATCH_TOKENS = 16_384;

    private static final int MOST_BATCH_TOKENS = 65_536;

    /** Far more characters than a token of any report has. */
    private static final int CHARACTERS_A_POSITION = 64;

    /**
     * Checks everything that needs no model.
     *
     * @throws Fault of kind CONFIGURATION that names the setting, what was found and what is allowed
     */
    static Settings of(ServingConfig config, LimitsConfig limits) {
        Device device = device(config);
        Precision precision = Fault.naming("UNMASK_PRECISION", () -> Precision.parse(config.precision()));
        int threads = Ranges.threads(config.threads());
        return new Settings(device, precision, threads, config, limits);
    }

    private static Device device(ServingConfig config) {
        Device device = Fault.naming("UNMASK_DEVICE", () -> Device.parse(config.device()));
        return config.cudaMemoryLimit()
                .map(MemorySize::asLongValue)
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
        int characters = (int) Math.min(LimitsConfig.MOST_CHARACTERS, (long) CHARACTERS_A_POSITION * positions);
        return new QueryLimits(
                limits.inputs(),
                limits.characters().orElse(characters),
                Ranges.check("UNMASK_LIMITS_TOKENS", limits.tokens().orElse(positions), 3, positions),
                limits.masks(),
                limits.targets(),
                limits.targetCharacters(),
                limits.answerTokens(),
                config.requestTimeout());
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
     * @param anyLengths whether texts of any lengths may share a batch
     */
    BatchLimits batches(int longest, Provider provider, boolean anyLengths) {
        int tokens = config.batchTokens().orElse(Math.max(provider.cuda() ? CUDA_BATCH_TOKENS : BATCH_TOKENS, longest));
        return new BatchLimits(tokens, BATCH_MASKS, config.queueTokens(), anyLengths);
    }
}
