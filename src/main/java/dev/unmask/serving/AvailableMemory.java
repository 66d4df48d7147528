package dev.unmask.serving;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The memory available for a second model beside the first, by Linux's {@code /proc/meminfo} and the control group's limit
 * (version 2 or 1). On other systems it is unknown, and nothing is refused.
 */
final class AvailableMemory {
    /** The most memory that a model needs per byte of its files: mapped weights, and ONNX Runtime's packed copies. */
    private static final double A_BYTE = 1.5;

    /** For a batch's tensors, the tokenizer, and some heap. */
    private static final long BESIDES = 128L << 20;

    private final Path proc;
    private final Path groups;

    AvailableMemory() {
        this(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /**
     * @param proc the folder of {@code meminfo}
     * @param groups the folder of this process's control group, as seen in a container
     */
    AvailableMemory(Path proc, Path groups) {
        this.proc = proc;
        this.groups = groups;
    }

    /**
     * Checks that a model will fit.
     *
     * @param files the bytes of its files
     * @throws Fault of kind STORAGE when it won't
     */
    void check(long files) {
        long needed = (long) (files * A_BYTE) + BESIDES;
        bytes().ifPresent(available -> {
            if (available < needed) {
                throw new Fault(
                        Fault.Kind.STORAGE,
                        "There is not enough memory for a second model beside the one in service: it needs about %d MiB, and %d MiB are available. Provide more, or restart instead of reloading."
                                .formatted(needed >> 20, available >> 20));
            }
        });
    }

    /** Bytes that can be allocated without swapping or killing, as far as known. */
    OptionalLong bytes() {
        return Stream.of(
                        machine(),
                        group("memory.max", "memory.current", "inactive_file "),
                        group("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file "))
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    private OptionalLong machine() {
        OptionalLong kibibytes = number(proc.resolve("meminfo"), "MemAvailable:");
        return kibibytes.isPresent() ? OptionalLong.of(kibibytes.getAsLong() << 10) : kibibytes;
    }

    /** What a group may still allocate: its limit minus its usage, except for cached files that can be dropped. */
    private OptionalLong group(String limitFile, String usageFile, String droppable) {
        Path usage = groups.resolve(usageFile);
        OptionalLong most = number(groups.resolve(limitFile), "");
        OptionalLong taken = number(usage, "");
        if (most.isEmpty() || taken.isEmpty()) {
            return OptionalLong.empty();
        }
        long cached = number(usage.resolveSibling("memory.stat"), droppable).orElse(0);
        return OptionalLong.of(Math.max(0, most.getAsLong() - taken.getAsLong() + cached));
    }

    /** The number after a key at the beginning of a line; empty if there is no such file, line or number. */
    private static OptionalLong number(Path file, String key) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).strip().split("\\s", 2)[0])
                    .filter(word -> word.matches("\\d{1,18}"))
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException absent) {
            return OptionalLong.empty();
        }
    }
}
