package dev.unmask.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** How much a single request may ask for. All of them are shown by `/info`. */
@ConfigMapping(prefix = "unmask.limits")
public interface LimitsConfig {
    /** Bytes of a request's body; a larger one is answered 413. */
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
}
