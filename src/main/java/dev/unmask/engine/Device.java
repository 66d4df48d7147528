package dev.unmask.engine;

import dev.unmask.fault.Fault;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model should run.
 *
 * @param kind whether CUDA is required, excluded, or used if it works
 * @param index the CUDA device's number, from 0; meaningless for the CPU
 * @param memoryLimit bytes of the CUDA device's memory that ONNX Runtime may use for weights and batches; all of it if absent
 */
public record Device(Kind kind, int index, OptionalLong memoryLimit) {
    /** A device without a memory limit. */
    public Device(Kind kind, int index) {
        this(kind, index, OptionalLong.empty());
    }

    /** The same device with a memory limit in bytes. */
    public Device limitedTo(long memory) {
        return new Device(kind, index, OptionalLong.of(memory));
    }

    /** Whether to use CUDA. */
    public enum Kind {
        /** CUDA if an NVIDIA driver is present and the provider loads, otherwise the CPU. */
        AUTO,
        /** Always the CPU. */
        CPU,
        /** CUDA, or fail. */
        CUDA
    }

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}, in any case.
     *
     * @throws Fault of kind CONFIGURATION for anything else
     */
    public static Device parse(String text) {
        String device = text.strip().toLowerCase(Locale.ROOT);
        if (device.equals("auto")) {
            return new Device(Kind.AUTO, 0);
        }
        if (device.equals("cpu")) {
            return new Device(Kind.CPU, 0);
        }
        Matcher cuda = CUDA.matcher(device);
        if (cuda.matches()) {
            return new Device(Kind.CUDA, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        throw Fault.configuration(
                "The device must be auto, cpu, cuda or cuda:N with a device number N, but is \"%s\".".formatted(text));
    }
}
