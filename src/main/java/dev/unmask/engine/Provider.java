package dev.unmask.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The execution provider that was chosen, and why.
 *
 * @param name ONNX Runtime's name of it, {@code CUDAExecutionProvider} or {@code CPUExecutionProvider}
 * @param reason one clause that says why it was this one, for the log and {@code /info}
 */
public record Provider(String name, String reason) {
    private static final String CUDA = "CUDAExecutionProvider";
    private static final String CPU = "CPUExecutionProvider";
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("([\\w.+-]+\\.(?:so[.\\d]*|dll))[\"':]* ?cannot open");

    /** Whether work runs on a CUDA device. */
    public boolean cuda() {
        return name.equals(CUDA);
    }

    /**
     * Chooses a provider for {@code device} and adds it to {@code options}. The driver is looked for before ONNX Runtime
     * is asked.
     *
     * @throws Fault of kind DEVICE_UNAVAILABLE when CUDA is asked for and can't be had; names what is missing
     */
    static Provider choose(Device device, Optional<Path> driver, SessionOptions options) {
        if (device.kind() == Device.Kind.CPU) {
            return new Provider(CPU, "cpu was asked for");
        }
        Optional<String> obstacle = addCuda(device, driver, options);
        if (obstacle.isEmpty()) {
            return new Provider(CUDA, "an NVIDIA driver is present, device %d".formatted(device.index()));
        }
        if (device.kind() == Device.Kind.CUDA) {
            throw new Fault(
                    Fault.Kind.DEVICE_UNAVAILABLE,
                    "CUDA was asked for, but %s. Install what is missing, or ask for auto or cpu."
                            .formatted(obstacle.get()));
        }
        return new Provider(CPU, obstacle.get());
    }

    /** Adds the CUDA provider, or says what stands in the way. */
    private static Optional<String> addCuda(Device device, Optional<Path> driver, SessionOptions options) {
        if (driver.isEmpty()) {
            return Optional.of("there is no NVIDIA driver (%s was not found)".formatted(NvidiaDriver.libraryName()));
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("this build holds no CUDA provider (it was built with the Maven profile cpu,"
                    + " or for a system that onnxruntime_gpu has no libraries for)");
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
            for (Map.Entry<String, String> option : cudaOptions(device).entrySet()) {
                cuda.add(option.getKey(), option.getValue());
            }
            options.addCUDA(cuda);
            return Optional.empty();
        } catch (OrtException | UnsatisfiedLinkError refused) {
            return Optional.of(obstacle(String.valueOf(refused.getMessage())));
        }
    }

    /**
     * The CUDA provider's options (onnxruntime, docs/execution-providers/CUDA-ExecutionProvider.md). Products in fp32 are
     * those of the reference: with TF32, which is on otherwise, they would keep 10 bits of each factor. Sums within a layer
     * norm are taken in 32 bits. Memory grows by what is asked for and not by powers of two.
     */
    static Map<String, String> cudaOptions(Device device) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "use_tf32", "0",
                "enable_skip_layer_norm_strict_mode", "1",
                "arena_extend_strategy", "kSameAsRequested"));
        device.memoryLimit().ifPresent(bytes -> options.put("gpu_mem_limit", Long.toString(bytes)));
        return options;
    }

    static String obstacle(String message) {
        Matcher missing = MISSING_LIBRARY.matcher(message);
        return missing.find()
                ? "the library %s is missing".formatted(missing.group(1))
                : "the CUDA provider did not load: "
                        + message.lines().findFirst().orElse("no reason given");
    }
}
