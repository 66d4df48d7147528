package dev.unmask.graph;

import dev.unmask.checkpoint.PlainPath;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a tensor's bytes lie beside its graph (ONNX, docs/ExternalData.md).
 *
 * @param file in the graph's own folder
 * @param offset where the bytes begin
 * @param length how many bytes there are
 */
record ExternalData(Path file, long offset, long length) {

    /**
     * Reads a tensor's {@code external_data}.
     *
     * @param graph the ONNX file
     * @param tensor the tensor's name in messages
     * @param entries {@code location} and optionally {@code offset} and {@code length}
     * @param size how many bytes the tensor's shape and type need
     * @throws Fault of kind MODEL_REFUSED when the file isn't one in the graph's folder, or too short; STORAGE when it
     *     can't be read
     */
    static ExternalData of(Path graph, String tensor, Map<String, String> entries, long size) {
        Path file = beside(graph, tensor, entries.getOrDefault("location", ""));
        long offset = number(graph, tensor, entries, "offset", 0);
        long length = number(graph, tensor, entries, "length", size);
        if (length != size) {
            throw refused(
                    graph, tensor, "says that it has %d bytes; its shape and type need %d".formatted(length, size));
        }
        if (length > Integer.MAX_VALUE) {
            throw refused(graph, tensor, "has %d bytes; at most 2 GiB are supported".formatted(length));
        }
        try {
            long end = Files.size(file);
            if (offset > end - length) {
                throw refused(
                        graph,
                        tensor,
                        "has %d bytes from %d on in %s, which has %d; it is incomplete"
                                .formatted(
                                        length,
                                        offset,
                                        Wording.plain(file.getFileName().toString()),
                                        end));
            }
        } catch (IOException unreadable) {
            throw FileFailure.unreadable(
                    "%s, the external data of %s,"
                            .formatted(Wording.plain(file.getFileName().toString()), graph.getFileName()),
                    unreadable);
        }
        return new ExternalData(file, offset, length);
    }

    /** The bytes, mapped. */
    ByteBuffer map() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(MapMode.READ_ONLY, offset, length);
        }
    }

    /** A plain file name: a path in an ONNX file could lead anywhere. */
    private static Path beside(Path graph, String tensor, String location) {
        if (PlainPath.nameProblem(location).isPresent()) {
            throw refused(
                    graph,
                    tensor,
                    "is in \"%s\"; only the plain name of a file beside the graph is allowed"
                            .formatted(Wording.plain(location)));
        }
        Path file = graph.resolveSibling(location);
        if (!Files.isRegularFile(file)) {
            throw refused(graph, tensor, "is in %s, which is missing beside it".formatted(Wording.plain(location)));
        }
        return file;
    }

    private static long number(Path graph, String tensor, Map<String, String> entries, String key, long otherwise) {
        String text = entries.get(key);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            throw Fault.modelRefused(
                    message(
                            graph,
                            tensor,
                            "has the %s \"%s\", which is not a number".formatted(key, Wording.plain(text))),
                    noNumber);
        }
        throw refused(graph, tensor, "has the %s %s, which is negative".formatted(key, Wording.plain(text)));
    }

    private static Fault refused(Path graph, String tensor, String found) {
        return Fault.modelRefused(message(graph, tensor, found));
    }

    private static String message(Path graph, String tensor, String found) {
        return "The tensor \"%s\" of %s %s.".formatted(tensor, graph.getFileName(), found);
    }
}
