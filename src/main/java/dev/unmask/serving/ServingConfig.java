package dev.unmask.serving;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Which model is served, and on what. */
@ConfigMapping(prefix = "unmask")
public interface ServingConfig {
    /** The model: a name in the store, the path of a store entry, a checkpoint's folder or an archive, or `hf://owner/name[@revision]`. */
    @WithDefault("demo")
    String model();

    /** The model's name in the paths of the Open Inference Protocol; unset, its own. KServe uses the name of the InferenceService. */
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
    Optional<MemorySize> cudaMemoryLimit();

    /** Intra-op threads; by default the processors that the container may use. */
    OptionalInt threads();

    /** How long an answer may take, at most 180 s; later ones are answered with 408. */
    @WithDefault("5s")
    Duration requestTimeout();

    /** Tokens of all texts that may wait or run at a time; more are answered with 429. */
    @WithDefault("65536")
    int queueTokens();

    /**
     * Tokens of a batch; unset, 512 on a CPU and 16384 on CUDA, or as many as a text may have if that is more. Texts of
     * different requests share batches.
     */
    OptionalInt batchTokens();

    /** Certificates in PEM that are trusted besides those that Java trusts; read before everything else. */
    Optional<Path> caFile();
}
