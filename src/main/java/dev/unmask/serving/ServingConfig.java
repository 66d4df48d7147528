package dev.unmask.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Which model is served, and on what. */
@ConfigMapping(prefix = "unmask")
public interface ServingConfig {
    /** The longest request timeout, in milliseconds. */
    long LONGEST_TIMEOUT = 180_000;

    /** The model: a name in the store, the path of a store entry, a checkpoint's folder or an archive, or `hf://owner/name[@revision]`. */
    @WithDefault("demo")
    String model();

    /** The model's name in the paths of the Open Inference Protocol; unset, its own. KServe uses the name of the InferenceService. */
    @Pattern(
            regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,252}",
            message = "since it is a part of paths, it may only have letters, digits, dots, dashes and underscores,"
                    + " and must begin with a letter or digit")
    Optional<String> servedName();

    /** The model store's folder. */
    @WithDefault("model-store")
    Path modelStore();

    /** Where the model runs: `auto`, `cpu`, `cuda` or `cuda:N`. */
    @WithDefault("auto")
    String device();

    /**
     * The precision of weights and arithmetic. `auto`: the precision of an imported model, and fp32 for new imports.
     * `fp32`: the reference's numbers. `fp16`: 16-bit floating point, for CUDA. `int8`: products of 8-bit integers, for
     * processors.
     */
    @WithDefault("auto")
    String precision();

    /** GPU memory that ONNX Runtime may use, at least 64 MB; unset, all of it. Meaningless on the CPU. */
    @Min(64 << 20)
    Optional<MemorySize> cudaMemoryLimit();

    /** Intra-op threads; by default the processors that the container may use. */
    @Min(1)
    OptionalInt threads();

    /** How long an answer may take, at most 180 s; later ones are answered with 408. */
    @WithDefault("30s")
    @Min(1)
    @Max(LONGEST_TIMEOUT)
    Duration requestTimeout();

    /** Tokens of all texts that may wait or run at a time; more are answered with 429. */
    @WithDefault("65536")
    @Min(512)
    int queueTokens();

    /**
     * Tokens of a batch; unset, 512 on a CPU and 16384 on CUDA, or as many as a text may have if that is more. Texts of
     * different requests share batches.
     */
    @Min(1)
    OptionalInt batchTokens();

    /** Certificates in PEM that are trusted besides those that Java trusts; read before everything else. */
    Optional<Path> caFile();
}
