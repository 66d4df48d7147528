package dev.unmask.importing;

import dev.unmask.checkpoint.PlainPath;
import dev.unmask.fault.Fault;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks an archive's files into an empty folder, and never outside of it: names that lead out are refused, and symbolic
 * links are never created. A link to a file of the archive, as in a packed hub cache, becomes a hard link; any other link
 * is refused. Entries, bytes and the ratio of unpacked to packed bytes are limited.
 */
final class ArchiveFiles {
    private static final int MOST_ENTRIES = 10_000;
    private static final long MOST_BYTES = 64L << 30;
    private static final int RATIO = 100;
    private static final long SMALL = 64L << 20;
    private static final int LONGEST_NAME = 1000;
    private static final int CHUNK = 1 << 16;

    private final String archive;
    private final Path file;
    private final Path folder;
    private final long limit;
    private final Map<Path, Path> links = new LinkedHashMap<>();
    private int entries;
    private long bytes;

    /**
     * @param file the archive
     * @param folder an empty folder
     * @param packed the archive's size in bytes
     */
    ArchiveFiles(Path file, Path folder, long packed) {
        this.archive = String.valueOf(file.getFileName());
        this.file = file;
        this.folder = folder.toAbsolutePath().normalize();
        limit = Math.min(MOST_BYTES, Math.max(SMALL, packed > MOST_BYTES / RATIO ? MOST_BYTES : packed * RATIO));
    }

    void untar(boolean gzipped) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), CHUNK);
                InputStream plain = gzipped
                        ? GzipCompressorInputStream.builder()
                                .setInputStream(raw)
                                .setDecompressConcatenated(true)
                                .get()
                        : raw;
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                count(entry.getName());
                Path target = target(entry.getName());
                if (entry.isDirectory()) {
                    makeFolders(target, entry.getName());
                } else if (entry.isSymbolicLink()) {
                    links.put(target, inside(target.getParent(), entry.getLinkName(), entry.getName()));
                } else if (entry.isLink()) {
                    links.put(target, inside(folder, entry.getLinkName(), entry.getName()));
                } else if (isPlain(entry)) {
                    write(tar, target, entry.getName());
                } else {
                    throw refused(entry.getName(), "is neither a file, a folder nor a link");
                }
            }
        }
        link();
    }

    void unzip() throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (Iterator<ZipArchiveEntry> all =
                            Collections.list(zip.getEntries()).iterator();
                    all.hasNext(); ) {
                ZipArchiveEntry entry = all.next();
                count(entry.getName());
                Path target = target(entry.getName());
                if (entry.isDirectory()) {
                    makeFolders(target, entry.getName());
                } else if (entry.isUnixSymlink()) {
                    links.put(target, inside(target.getParent(), zip.getUnixSymlink(entry), entry.getName()));
                } else {
                    try (InputStream content = zip.getInputStream(entry)) {
                        write(content, target, entry.getName());
                    }
                }
            }
        }
        link();
    }

    /** The library's isFile() is also true for devices and pipes. */
    private static boolean isPlain(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isSparse()
                && !entry.isFIFO()
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice();
    }

    private void count(String name) {
        if (++entries > MOST_ENTRIES) {
            throw refused(name, "is one too many: an archive may have at most %,d entries".formatted(MOST_ENTRIES));
        }
    }

    /** The target of an entry. Tools write "./" before a name and "/" after a folder's. */
    private Path target(String name) {
        String plain = name.replaceFirst("^(?:\\./)+", "").replaceFirst("/$", "");
        if (!plain.isEmpty() && !plain.equals(".")) {
            PlainPath.problem(plain).ifPresent(problem -> {
                throw refused(name, problem);
            });
        }
        return inside(folder, name, name);
    }

    /** The path of a name or a link's target, which is inside the folder. */
    private Path inside(Path base, String path, String entry) {
        try {
            boolean plain = !path.isEmpty()
                    && path.length() <= LONGEST_NAME
                    && path.indexOf('\\') < 0
                    && path.chars().noneMatch(Character::isISOControl)
                    && !path.startsWith("/")
                    && !path.matches("[A-Za-z]:.*");
            Path target = plain ? base.resolve(path).normalize() : null;
            if (target != null && target.startsWith(folder)) {
                return target;
            }
        } catch (InvalidPathException invalid) {
            throw refused(entry, "has a malformed name or link");
        }
        throw refused(entry, "leads out of the archive, or has an unsafe name");
    }

    private void makeFolders(Path target, String name) throws IOException {
        try {
            Files.createDirectories(target);
        } catch (FileAlreadyExistsException clash) {
            throw refused(name, "is a file and a folder at once");
        }
    }

    private void write(InputStream content, Path target, String name) throws IOException {
        if (target.equals(folder)) {
            throw refused(name, "has an unsafe name");
        }
        makeFolders(target.getParent(), name);
        try (OutputStream out =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] chunk = new byte[CHUNK];
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                bytes += read;
                if (bytes > limit) {
                    throw refused(
                            name,
                            "makes it too large: it may unpack to %,d MiB (%d times its size, at least %,d MiB, at most %,d MiB)"
                                    .formatted(limit >> 20, RATIO, SMALL >> 20, MOST_BYTES >> 20));
                }
                out.write(chunk, 0, read);
            }
        } catch (FileAlreadyExistsException twice) {
            throw refused(name, "occurs twice");
        }
    }

    /** Created last, so that nothing is ever written through a link. */
    private void link() throws IOException {
        for (Map.Entry<Path, Path> link : links.entrySet()) {
            String name = folder.relativize(link.getKey()).toString();
            if (!Files.isRegularFile(link.getValue())) {
                throw refused(name, "is a link to something that is not a file of the archive");
            }
            makeFolders(link.getKey().getParent(), name);
            try {
                Files.createLink(link.getKey(), link.getValue());
            } catch (FileAlreadyExistsException twice) {
                throw refused(name, "occurs twice");
            }
        }
    }

    private Fault refused(String entry, String found) {
        String shown = entry.length() > 100 ? entry.substring(0, 100) + "…" : entry;
        return Fault.modelRefused("The archive \"%s\" is refused: the entry \"%s\" %s. Nothing was left behind."
                .formatted(archive, shown.replaceAll("\\p{Cntrl}", "?"), found));
    }
}
