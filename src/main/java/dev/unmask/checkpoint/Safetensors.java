package dev.unmask.checkpoint;

import dev.unmask.checkpoint.SafetensorsHeader.Entry;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A memory-mapped safetensors file: eight bytes of header length, the header, the tensors' bytes
 * without gaps. Everything in the header is checked before any of it is used, as the reference library does (<a
 * href="https://github.com/huggingface/safetensors">huggingface/
 * safetensors</a>, 0.8.0). The file must not be cut short while it is open.
 */
public final class Safetensors {
    private static final int LENGTH_BYTES = 8;
    private static final long LONGEST_HEADER = 100_000_000;

    private Safetensors() {}

    /**
     * Maps a file; no tensor is read yet.
     *
     * @throws Fault of kind MODEL_REFUSED, naming file and tensor, when the file breaks the format; STORAGE when it
     *     can't be read
     */
    public static TensorSource open(Path file) {
        String name = String.valueOf(file.getFileName());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return open(channel, name);
        } catch (IOException unreadable) {
            throw FileFailure.unreadable(name, unreadable);
        }
    }

    private static TensorSource open(FileChannel channel, String file) throws IOException {
        long size = channel.size();
        int headerLength = headerLength(channel, size, file);
        byte[] json = TensorFile.read(channel, LENGTH_BYTES, headerLength).array();
        Map<String, Entry> entries = SafetensorsHeader.parse(json, file);
        long dataStart = LENGTH_BYTES + headerLength;
        List<Map.Entry<String, Entry>> inFileOrder = checkedLayout(entries, size - dataStart, file);

        MappedFile mapped = MappedFile.map(channel, size);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> named : inFileOrder) {
            String name = named.getKey();
            Entry entry = named.getValue();
            long count = (entry.end() - entry.begin()) / entry.dtype().bytes();
            long position = dataStart + entry.begin();
            tensors.put(name, new MappedTensor(name, entry.dtype(), entry.shape(), count, mapped, position));
        }
        return new TensorFile(file, mapped, Collections.unmodifiableMap(tensors));
    }

    private static int headerLength(FileChannel channel, long size, String file) throws IOException {
        if (size < LENGTH_BYTES) {
            throw Fault.modelRefused(file + " is " + size + " bytes long; a safetensors file has at least 8.");
        }
        long length = TensorFile.read(channel, 0, LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(0);
        if (length < 0 || length > LONGEST_HEADER) {
            throw Fault.modelRefused(
                    "%s: the header should be %s bytes long; %s is the most allowed. Is it a safetensors file?"
                            .formatted(file, Long.toUnsignedString(length), LONGEST_HEADER));
        }
        if (length > size - LENGTH_BYTES) {
            throw Fault.modelRefused(
                    "%s: the header should be %s bytes long, but only %s bytes follow. Is the file complete?"
                            .formatted(file, length, size - LENGTH_BYTES));
        }
        return (int) length;
    }

    /** Each tensor must begin where the one before ends, and the last must end with the file. */
    private static List<Map.Entry<String, Entry>> checkedLayout(
            Map<String, Entry> entries, long dataLength, String file) {
        List<Map.Entry<String, Entry>> sorted = entries.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<String, Entry> e) -> e.getValue().begin())
                        .thenComparingLong(e -> e.getValue().end()))
                .toList();
        long expected = 0;
        for (Map.Entry<String, Entry> named : sorted) {
            Entry entry = named.getValue();
            String subject = file + ": tensor " + Wording.quoted(named.getKey());
            if (entry.begin() > entry.end()) {
                throw Fault.modelRefused(
                        subject + " ends at byte " + entry.end() + ", before its begin " + entry.begin() + ".");
            }
            if (entry.begin() != expected) {
                throw Fault.modelRefused(
                        "%s begins at byte %s of the data, but the one before it ends at %s: there must be no gaps and no overlaps."
                                .formatted(subject, entry.begin(), expected));
            }
            checkSize(entry, subject);
            expected = entry.end();
        }
        if (expected != dataLength) {
            throw Fault.modelRefused("%s has %s bytes of data, but its tensors take %s. Is the file complete?"
                    .formatted(file, dataLength, expected));
        }
        return sorted;
    }

    private static void checkSize(Entry entry, String subject) {
        long size = 1;
        try {
            for (long dimension : entry.shape()) {
                size = Math.multiplyExact(size, dimension);
            }
            size = Math.multiplyExact(size, entry.dtype().bytes());
        } catch (ArithmeticException overflow) {
            throw Fault.modelRefused(
                    subject + " is too large: its shape is " + Wording.shape(entry.shape()) + ".", overflow);
        }
        if (size != entry.end() - entry.begin()) {
            throw Fault.modelRefused("%s has %s bytes, but %s %s takes %s."
                    .formatted(
                            subject, entry.end() - entry.begin(), entry.dtype(), Wording.shape(entry.shape()), size));
        }
    }
}
