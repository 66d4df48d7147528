package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Writes zips as torch does, and some that torch never would. */
final class ZipWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes);

    ZipWriter stored(String name, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipArchiveEntry.STORED);
        entry.setSize(data.length);
        entry.setCrc(crc.getValue());
        return write(entry, data);
    }

    ZipWriter stored(String name, String text) {
        return stored(name, text.getBytes(US_ASCII));
    }

    ZipWriter deflated(String name, byte[] data) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipArchiveEntry.DEFLATED);
        return write(entry, data);
    }

    private ZipWriter write(ZipArchiveEntry entry, byte[] data) {
        try {
            zip.putArchiveEntry(entry);
            zip.write(data);
            zip.closeArchiveEntry();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    byte[] file() {
        try {
            zip.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return bytes.toByteArray();
    }
}
