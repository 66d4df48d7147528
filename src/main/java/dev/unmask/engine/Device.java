package dev.unmask.engine;

import dev.unmask.fault.Fault;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model is asked to run.
 *
 * @param kind whether CUDA is wanted, refused, or taken where it works
 * @param index the CUDA device's number, from 0; without meaning for the CPU
 * @param memoryLimit bytes of the CUDA device's memory that ONNX Runtime may take for weights and batches; as many as there
 *     are where it is not given
 */
public record Device(Kind kind, int index, OptionalLong memoryLimit) {
    /** One whose whole memory may be taken. */
    public Device(Kind kind, int index) {
        this(kind, index, OptionalLong.empty());
    }

    /** The same with a limit in bytes. */
    public Device limitedTo(long memory) {
        return new Device(kind, index, OptionalLong.of(memory));
    }

    /** Whether CUDA is wanted. */
    public enum Kind {
        /** CUDA where an NVIDIA driver is present and the provider loads, otherwise the CPU. */
        AUTO,
        /** The CPU, whatever else there is. */
        CPU,
        /** CUDA, or a refused start. */
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
                "\"%s\" is no device; allowed are auto, cpu, cuda and cuda:N with a device number N.".formatted(text));
    }
}
