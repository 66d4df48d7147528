package dev.unmask.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Limits of a single request, all shown by `/info`. {@link SettingConstraints} checks the constraints. */
@ConfigMapping(prefix = "unmask.limits")
public interface LimitsConfig {
    /** Tokenizing needs about 600 bytes of native memory per character. */
    int MOST_CHARACTERS = 1 << 20;

    /** Bytes of a request's body; a larger one is answered with 413. */
    @WithDefault("1M")
    @Min(1)
    @Max(Integer.MAX_VALUE)
    MemorySize body();

    /** Texts of a request. */
    @WithDefault("256")
    @Min(1)
    @Max(65_536)
    int inputs();

    /** Tokens of a text, special tokens included; by default, and at most, the model's positions. */
    @Min(3)
    OptionalInt tokens();

    /** Depth of a body's JSON. */
    @WithDefault("64")
    @Min(4)
    @Max(1000)
    int jsonDepth();

    /** Size of an answer: masks times `top_k` times the tokens of the text, summed over a request's texts. */
    @WithDefault("4194304")
    @Min(1)
    long answerTokens();

    /** Characters of a text; by default 64 for each of the model's positions. */
    @Min(16)
    @Max(MOST_CHARACTERS)
    OptionalInt characters();

    /** Masks of a text. */
    @WithDefault("512")
    @Min(1)
    @Max(65_536)
    int masks();

    /** Requests per second of one key; unset, unlimited. */
    @Min(1)
    @Max(1_000_000_000)
    OptionalLong keyRequests();

    /** Tokens per minute of one key; unset, unlimited. */
    @Min(1)
    @Max(1_000_000_000)
    OptionalLong keyTokens();

    /** Strings in `parameters.targets`. */
    @WithDefault("4096")
    @Min(1)
    @Max(1 << 20)
    int targets();

    /** Characters of a target. */
    @WithDefault("256")
    @Min(1)
    @Max(MOST_CHARACTERS)
    int targetCharacters();

    /** Connections that may be open at a time on each port, fewer where file descriptors are few; more are closed at once. */
    @WithDefault("2048")
    @Min(1)
    int connections();

    /** How long a request's head may take to arrive; then its connection is closed. */
    @WithDefault("10s")
    @Min(1)
    @Max(SettingConstraints.HOUR)
    Duration headerTimeout();

    /** How long a body may take to arrive; a later one is answered with 408. */
    @WithDefault("30s")
    @Min(1)
    @Max(SettingConstraints.HOUR)
    Duration bodyTimeout();

    /** How long a client may leave an answer unread; then its connection is closed. */
    @WithDefault("30s")
    @Min(1)
    @Max(SettingConstraints.HOUR)
    Duration writeTimeout();
}
