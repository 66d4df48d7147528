package dev.unmask.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.Optional;
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
        Optional<String> obstacle = addCuda(device.index(), driver, options);
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
    private static Optional<String> addCuda(int index, Optional<Path> driver, SessionOptions options) {
        if (driver.isEmpty()) {
            return Optional.of("there is no NVIDIA driver (%s was not found)".formatted(NvidiaDriver.libraryName()));
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("this build holds no CUDA provider (it was built with the Maven profile cpu,"
                    + " or for a system that onnxruntime_gpu has no libraries for)");
        }
        try {
            options.addCUDA(index);
            return Optional.empty();
        } catch (OrtException | UnsatisfiedLinkError refused) {
            return Optional.of(obstacle(String.valueOf(refused.getMessage())));
        }
    }

    static String obstacle(String message) {
        Matcher missing = MISSING_LIBRARY.matcher(message);
        return missing.find()
                ? "the library %s is missing".formatted(missing.group(1))
                : "the CUDA provider did not load: "
                        + message.lines().findFirst().orElse("no reason given");
    }
}
