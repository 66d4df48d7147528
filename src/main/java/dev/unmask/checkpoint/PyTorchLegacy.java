package dev.unmask.checkpoint;

import dev.unmask.checkpoint.PickleStack.Dict;
import dev.unmask.checkpoint.PyTorchFile.Contents;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What torch wrote before 1.6 (and writes with {@code _use_new_zipfile_serialization=False}; see
 * {@code torch/serialization.py}, {@code _legacy_save}): five pickles in a row, which are a magic
 * number, a protocol version, facts about the system, the object, the storages' keys; then for each
 * key in that order an int64 count of elements, and the elements.
 */
final class PyTorchLegacy {
    /** The whole first pickle: PROTO 2, LONG1 of 0x1950a86a20f9469cfc6c, STOP. */
    static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

    private static final Long PROTOCOL = 1001L;

    private PyTorchLegacy() {}

    /** Reads a file that begins with {@link #MAGIC}. */
    static Contents read(FileChannel channel, String file) throws IOException {
        long size = channel.size();
        ByteBuffer pickles = channel.map(MapMode.READ_ONLY, 0, Math.min(size, Pickle.MOST_BYTES));
        pickles.position(MAGIC.length);
        if (!PROTOCOL.equals(Pickle.read(pickles, file + " (protocol version)"))) {
            throw Fault.modelRefused(
                    "%s has another version than 1001, the only one supported of torch's older form.".formatted(file)
                            + Pickle.WAY_OUT);
        }
        Object system = Pickle.read(pickles, file + " (system facts)");
        if (!(system instanceof Dict facts)
                || !Boolean.TRUE.equals(facts.items().get("little_endian"))) {
            throw Fault.modelRefused(
                    file + " was not written on a little-endian machine; only those are read." + Pickle.WAY_OUT);
        }
        Map<String, PickledTensor> tensors =
                PickledValues.stateDict(Pickle.read(pickles, file + " (state dict)"), file + " (state dict)");
        String keysSubject = file + " (storage keys)";
        List<String> keys = PickledValues.texts(Pickle.read(pickles, keysSubject), keysSubject);
        return new Contents(
                tensors, positions(channel, file, keys, PyTorchFile.storages(tensors, file), pickles.position()));
    }

    private static Map<String, Long> positions(
            FileChannel channel, String file, List<String> keys, Map<String, PickledStorage> storages, long start)
            throws IOException {
        long size = channel.size();
        long position = start;
        Map<String, Long> positions = new HashMap<>();
        for (String key : keys) {
            PickledStorage storage = storages.get(key);
            String subject = file + ": the storage " + Wording.quoted(key);
            if (storage == null) {
                throw Fault.modelRefused(subject + " belongs to no tensor, so its size is unknown.");
            }
            long bytes = PyTorchFile.bytes(storage, file);
            if (bytes > size - position - Long.BYTES) {
                throw Fault.modelRefused("%s should take %s bytes, but only %s follow. Is the file complete?"
                        .formatted(subject, bytes, Math.max(0, size - position - Long.BYTES)));
            }
            long count = TensorFile.read(channel, position, Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            if (count != storage.count()) {
                throw Fault.modelRefused("%s has %s elements by its own count and %s by that of its tensors."
                        .formatted(subject, count, storage.count()));
            }
            position += Long.BYTES;
            if (positions.put(key, position) != null) {
                throw Fault.modelRefused(subject + " is there twice.");
            }
            position += bytes;
        }
        Set<String> missing = new HashSet<>(storages.keySet());
        missing.removeAll(positions.keySet());
        if (!missing.isEmpty()) {
            throw Fault.modelRefused("%s lacks the storage %s that a tensor lies in."
                    .formatted(file, Wording.quoted(missing.iterator().next())));
        }
        return positions;
    }
}
