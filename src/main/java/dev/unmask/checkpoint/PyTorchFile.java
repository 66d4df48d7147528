package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A memory-mapped file of {@code torch.save(model.state_dict(), …)}: the zip that torch writes from
 * 1.6 on ({@link PyTorchZip}) or the older form, five pickles in a row ({@link PyTorchLegacy}). Every
 * view into a storage is checked against the storage before any is used. The file must not be cut
 * short while it is open.
 */
public final class PyTorchFile {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] LFS_POINTER = "version https://git-lfs".getBytes(US_ASCII);

    /** What both forms contain: the tensors, and where each storage begins, in bytes from the file's start. */
    record Contents(Map<String, PickledTensor> tensors, Map<String, Long> storages) {}

    private PyTorchFile() {}

    /**
     * Maps a file and reads its pickles, but no tensor yet.
     *
     * @throws Fault of kind MODEL_REFUSED, naming file and tensor, opcode or global, when the file has neither form or
     *     holds anything but tensors; STORAGE when it can't be read
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
        Contents contents = contents(channel, file);
        MappedFile mapped = MappedFile.map(channel, channel.size());
        Map<PickledStorage, MappedTensor> storages = new HashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        contents.tensors().forEach((name, view) -> {
            long count = view.checkedCount(file + ": tensor " + Wording.quoted(name));
            PickledStorage storage = view.storage();
            long position = contents.storages().get(storage.key());
            if (count == 0 || view.contiguous()) {
                long first = position
                        + (count == 0 ? 0 : view.offset() * storage.dtype().bytes());
                tensors.put(name, new MappedTensor(name, storage.dtype(), view.shape(), count, mapped, first));
            } else {
                MappedTensor whole = storages.computeIfAbsent(
                        storage,
                        all -> new MappedTensor(
                                name, all.dtype(), new long[] {all.count()}, all.count(), mapped, position));
                tensors.put(name, new StridedTensor(name, count, view, whole));
            }
        });
        return new TensorFile(file, mapped, Collections.unmodifiableMap(tensors));
    }

    private static Contents contents(FileChannel channel, String file) throws IOException {
        byte[] start =
                TensorFile.read(channel, 0, (int) Math.min(64, channel.size())).array();
        if (startsWith(start, ZIP)) {
            return PyTorchZip.read(channel, file);
        }
        if (startsWith(start, PyTorchLegacy.MAGIC)) {
            return PyTorchLegacy.read(channel, file);
        }
        if (startsWith(start, LFS_POINTER)) {
            throw Fault.modelRefused(
                    file + " is a pointer of Git LFS, not the weights themselves; run `git lfs pull` in its folder.");
        }
        throw Fault.modelRefused(
                "%s is neither of torch.save's forms, the zip or the older one. Is it the right file, and complete?"
                        .formatted(file));
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /**
     * How many bytes a storage takes.
     *
     * @throws Fault of kind MODEL_REFUSED when it exceeds what a file can hold
     */
    static long bytes(PickledStorage storage, String file) {
        try {
            return Math.multiplyExact(storage.count(), storage.dtype().bytes());
        } catch (ArithmeticException overflow) {
            throw Fault.modelRefused(
                    "%s: the storage %s should have %s elements, more than any file can hold."
                            .formatted(file, Wording.quoted(storage.key()), storage.count()),
                    overflow);
        }
    }

    /**
     * The storages that tensors lie in, by key.
     *
     * @throws Fault of kind MODEL_REFUSED when one key is declared as two different storages
     */
    static Map<String, PickledStorage> storages(Map<String, PickledTensor> tensors, String file) {
        Map<String, PickledStorage> storages = new LinkedHashMap<>();
        for (PickledTensor tensor : tensors.values()) {
            PickledStorage storage = tensor.storage();
            PickledStorage known = storages.putIfAbsent(storage.key(), storage);
            if (known != null && !known.equals(storage)) {
                throw Fault.modelRefused("%s: the storage %s is declared both as %s %s and as %s %s."
                        .formatted(
                                file,
                                Wording.quoted(storage.key()),
                                known.count(),
                                known.dtype(),
                                storage.count(),
                                storage.dtype()));
            }
        }
        return storages;
    }
}
