package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.unmask.checkpoint.PyTorchFile.Contents;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The zip that torch writes from 1.6 on: {@code NAME/data.pkl} with the pickle, {@code NAME/data/KEY}
 * with each storage, {@code NAME/byteorder} from 2.1 on; all of them stored without compression, so
 * that storages can be mapped where they lie. NAME is the stem of the file's first name, or
 * "archive".
 */
final class PyTorchZip {
    private static final String PICKLE = "/data.pkl";

    /** "little" or "big". */
    private static final int LONGEST_BYTE_ORDER = 16;

    private final FileChannel channel;
    private final String file;
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();

    private PyTorchZip(FileChannel channel, String file) {
        this.channel = channel;
        this.file = file;
    }

    static Contents read(FileChannel channel, String file) throws IOException {
        PyTorchZip zip = new PyTorchZip(channel, file);
        zip.list();
        return zip.contents();
    }

    private void list() throws IOException {
        try (ZipFile zip = ZipFile.builder()
                .setSeekableByteChannel(new DirectoryChannel(channel))
                .get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                add(entry);
            }
        } catch (IOException | IllegalArgumentException broken) {
            throw Fault.modelRefused(
                    "%s begins as a zip, but its directory can't be read: %s. Is the file complete?"
                            .formatted(file, Wording.plain(reason(broken))),
                    broken);
        }
    }

    /** The library wraps the cause in exceptions that say less. */
    private static String reason(Throwable broken) {
        Throwable root = broken;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? "it ends too early" : root.getMessage();
    }

    private void add(ZipArchiveEntry entry) throws IOException {
        String name = entry.getName();
        String subject = file + ": the entry " + Wording.quoted(name);
        if (entries.put(name, entry) != null) {
            throw Fault.modelRefused(subject + " is there twice.");
        }
        // Nothing is unpacked, but an entry with such a name is an attack.
        if (name.startsWith("/")
                || name.indexOf('\\') >= 0
                || List.of(name.split("/", -1)).contains("..")) {
            throw Fault.modelRefused(subject + " points out of the archive.");
        }
        if (entry.getMethod() != ZipArchiveEntry.STORED
                || entry.getGeneralPurposeBit().usesEncryption()) {
            throw Fault.modelRefused(
                    subject + " is compressed or encrypted; torch stores all entries as they are." + Pickle.WAY_OUT);
        }
        if (entry.getSize() != entry.getCompressedSize()) {
            throw Fault.modelRefused("%s is stored, but has the two sizes %s and %s."
                    .formatted(subject, entry.getSize(), entry.getCompressedSize()));
        }
        // The offset is the one after the local header, whose length differs from the directory's.
        long offset = entry.getDataOffset();
        if (offset < 0 || entry.getSize() < 0 || offset > channel.size() || entry.getSize() > channel.size() - offset) {
            throw Fault.modelRefused(subject + " reaches beyond the end of the file. Is the file complete?");
        }
    }

    private Contents contents() throws IOException {
        List<String> pickles =
                entries.keySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() != 1) {
            throw Fault.modelRefused("%s has %s entries that end in %s; a file of torch.save has one."
                    .formatted(file, pickles.size(), PICKLE));
        }
        String pickle = pickles.get(0);
        String folder = pickle.substring(0, pickle.length() - PICKLE.length() + 1);
        checkByteOrder(folder + "byteorder");
        String subject = file + " (" + Wording.plain(pickle) + ")";
        Map<String, PickledTensor> tensors =
                PickledValues.stateDict(Pickle.read(bytes(pickle, Pickle.MOST_BYTES), subject), subject);
        Map<String, Long> positions = new HashMap<>();
        for (PickledStorage storage : PyTorchFile.storages(tensors, file).values()) {
            positions.put(storage.key(), position(storage, folder + "data/" + storage.key()));
        }
        return new Contents(tensors, positions);
    }

    private ByteBuffer bytes(String name, int most) throws IOException {
        ZipArchiveEntry entry = entries.get(name);
        if (entry.getSize() > most) {
            throw Fault.modelRefused("%s: the entry %s has %s bytes; %s is the most allowed."
                    .formatted(file, Wording.quoted(name), entry.getSize(), most));
        }
        return TensorFile.read(channel, entry.getDataOffset(), (int) entry.getSize());
    }

    /** Files from before torch 2.1 don't say; they are little-endian. */
    private void checkByteOrder(String name) throws IOException {
        if (!entries.containsKey(name)) {
            return;
        }
        String order = ISO_8859_1.decode(bytes(name, LONGEST_BYTE_ORDER)).toString();
        if (!order.equals("little")) {
            throw Fault.modelRefused(
                    "%s: the byte order is %s; only \"little\" is read.".formatted(file, Wording.quoted(order))
                            + Pickle.WAY_OUT);
        }
    }

    private long position(PickledStorage storage, String name) {
        ZipArchiveEntry entry = entries.get(name);
        if (entry == null) {
            throw Fault.modelRefused(
                    file + " lacks the entry " + Wording.quoted(name) + " with the storage that a tensor lies in.");
        }
        long bytes = PyTorchFile.bytes(storage, file);
        if (entry.getSize() != bytes) {
            throw Fault.modelRefused("%s: the entry %s has %s bytes, but %s elements of %s take %s."
                    .formatted(file, Wording.quoted(name), entry.getSize(), storage.count(), storage.dtype(), bytes));
        }
        return entry.getDataOffset();
    }
}
