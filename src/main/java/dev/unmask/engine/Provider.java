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
 * @param reason a clause that says why, for the log and {@code /info}
 */
public record Provider(String name, String reason) {
    private static final String CUDA = "CUDAExecutionProvider";
    private static final String CPU = "CPUExecutionProvider";
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("([\\w.+-]+\\.(?:so[.\\d]*|dll))[\"':]* ?cannot open");

    private static final Pattern OLD_LIBRARY =
            Pattern.compile("undefined symbol: (\\w+), version ([\\w.+-]+\\.so[.\\d]*)");
    private static final Pattern ABSENT_DEVICE =
            Pattern.compile("Invalid device ID: (\\d+), must be between 0 \\(inclusive\\) and (\\d+) \\(exclusive\\)");
    private static final Pattern CUDA_FAILURE = Pattern.compile("CUDA failure \\d+: [^;]*[^; ]");

    /** Whether this is CUDA. */
    public boolean cuda() {
        return name.equals(CUDA);
    }

    /**
     * Chooses a provider for {@code device} and adds it to {@code options}. It looks for the driver before it asks ONNX
     * Runtime.
     *
     * @throws Fault of kind DEVICE_UNAVAILABLE when CUDA is required but unavailable; names what is missing
     */
    static Provider choose(Device device, Optional<Path> driver, SessionOptions options) {
        if (device.kind() == Device.Kind.CPU) {
            return new Provider(CPU, "cpu was requested");
        }
        Optional<String> obstacle = addCuda(device, driver, options);
        if (obstacle.isEmpty()) {
            return new Provider(CUDA, "an NVIDIA driver is present, device %d".formatted(device.index()));
        }
        if (device.kind() == Device.Kind.CUDA) {
            throw new Fault(
                    Fault.Kind.DEVICE_UNAVAILABLE,
                    "CUDA was requested, but %s. Install what is missing, or choose auto or cpu."
                            .formatted(obstacle.get()));
        }
        return new Provider(CPU, obstacle.get());
    }

    /** Adds the CUDA provider, or returns the obstacle. */
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
     * The CUDA provider's options (onnxruntime, docs/execution-providers/CUDA-ExecutionProvider.md). fp32 products match
     * the reference's: TF32, the default, would keep only 10 bits of each factor's fraction. Layer norms sum in 32 bits.
     * Memory grows by the requested size instead of by powers of two.
     */
    static Map<String, String> cudaOptions(Device device) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "use_tf32", "0",
                "enable_skip_layer_norm_strict_mode", "1",
                "arena_extend_strategy", "kSameAsRequested"));
        device.memoryLimit().ifPresent(bytes -> options.put("gpu_mem_limit", Long.toString(bytes)));
        return options;
    }

    /** What kept the CUDA provider from loading, without codes, paths and source locations. */
    static String obstacle(String message) {
        Matcher missing = MISSING_LIBRARY.matcher(message);
        if (missing.find()) {
            return "the library %s is missing".formatted(missing.group(1));
        }
        Matcher old = OLD_LIBRARY.matcher(message);
        if (old.find()) {
            return "the library %s is too old, it lacks %s (CUDA 12.8 or a newer 12 is needed)"
                    .formatted(old.group(2), old.group(1));
        }
        Matcher absent = ABSENT_DEVICE.matcher(message);
        if (absent.find()) {
            return "there is no device %s: this machine has %s, counted from 0"
                    .formatted(absent.group(1), absent.group(2));
        }
        Matcher failure = CUDA_FAILURE.matcher(message);
        return "the CUDA provider did not load: "
                + (failure.find()
                        ? failure.group()
                        : message.lines().findFirst().map(OrtFailures::reason).orElse("no reason given"));
    }
}
