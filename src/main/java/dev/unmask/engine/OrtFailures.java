package dev.unmask.engine;

import ai.onnxruntime.OrtException;
import java.util.Locale;
import java.util.stream.Stream;

/** What ONNX Runtime's exceptions say. */
final class OrtFailures {
    private OrtFailures() {}

    /** ONNX Runtime has no error code for a failed allocation: these are messages of its allocators, of the C++ library and of CUDA. */
    static boolean outOfMemory(OrtException failed) {
        String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(
                        "failed to allocate memory",
                        "available memory of",
                        "bad_alloc",
                        "bad allocation",
                        "out of memory",
                        "alloc_failed")
                .anyMatch(message::contains);
    }

    /** A message without error codes, paths and source locations. */
    static String reason(String message) {
        return message.replaceFirst("^Error code - \\S+ - message: ", "")
                .replaceFirst("^Load model from .*? failed: ?", "")
                .replaceFirst("^\\S+\\.(?:h|cc|cpp):\\d+ [^)]*\\)(?: const)? ", "")
                .strip();
    }
}
