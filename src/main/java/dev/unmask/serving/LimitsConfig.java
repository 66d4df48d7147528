package dev.unmask.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Limits of a single request, all shown by `/info`. */
@ConfigMapping(prefix = "unmask.limits")
public interface LimitsConfig {
    /** Bytes of a request's body; a larger one is answered with 413. */
    @WithDefault("1M")
    MemorySize body();

    /** Texts of a request. */
    @WithDefault("256")
    int inputs();

    /** Tokens of a text, special tokens included; by default, and at most, the model's positions. */
    OptionalInt tokens();

    /** Depth of a body's JSON. */
    @WithDefault("64")
    int jsonDepth();

    /** Size of an answer: masks times `top_k` times the tokens of the text, summed over a request's texts. */
    @WithDefault("4194304")
    long answerTokens();

    /** Characters of a text; by default 64 for each of the model's positions. */
    OptionalInt characters();

    /** Masks of a text. */
    @WithDefault("512")
    int masks();

    /** Requests per second of one key; unset, unlimited. */
    OptionalLong keyRequests();

    /** Tokens per minute of one key; unset, unlimited. */
    OptionalLong keyTokens();

    /** Strings in `parameters.targets`. */
    @WithDefault("4096")
    int targets();

    /** Characters of a target. */
    @WithDefault("256")
    int targetCharacters();

    /** Connections that may be open at a time on each port; more are closed at once. */
    @WithDefault("2048")
    int connections();

    /** How long a request's head may take to arrive; then its connection is closed. */
    @WithDefault("10s")
    Duration headerTimeout();

    /** How long a body may take to arrive; a later one is answered with 408. */
    @WithDefault("30s")
    Duration bodyTimeout();

    /** How long a client may leave an answer unread; then its connection is closed. */
    @WithDefault("30s")
    Duration writeTimeout();
}
