package dev.unmask.store;

import dev.unmask.checkpoint.PlainPath;
import dev.unmask.fault.Fault;
import dev.unmask.store.Manifest.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.codec.digest.DigestUtils;

/** SHA-256 of a model's files. */
public final class Digests {
    /** A size that stays in a core's cache between reading and digesting. */
    private static final int CHUNK = 1 << 16;

    private Digests() {}

    /** Size and digest of one file. */
    public static FileDigest of(Path file) throws IOException {
        MessageDigest sha256 = DigestUtils.getSha256Digest();
        long size = 0;
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
                sha256.update(chunk, 0, read);
                size += read;
            }
        }
        return new FileDigest(size, HexFormat.of().formatHex(sha256.digest()));
    }

    /** Sizes and digests of files, by their names. */
    public static SortedMap<String, FileDigest> of(List<Path> files) throws IOException {
        SortedMap<String, FileDigest> digests = new TreeMap<>();
        for (Path file : files) {
            digests.put(file.getFileName().toString(), of(file));
        }
        return digests;
    }

    /** One digest for a set of files and the format made from them. */
    public static String combined(SortedMap<String, FileDigest> files, String form) {
        MessageDigest sha256 = DigestUtils.getSha256Digest();
        sha256.update(form.getBytes(StandardCharsets.UTF_8));
        files.forEach((name, digest) ->
                sha256.update("\n%s %s".formatted(name, digest.sha256()).getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(sha256.digest());
    }

    /**
     * Compares all files of a store entry with its manifest.
     *
     * @throws Fault of kind MODEL_REFUSED naming the first file that is missing or differs
     */
    public static void verify(Path folder, Manifest manifest) {
        verify(folder, manifest, everyName -> true);
    }

    /**
     * Compares files of a store entry with its manifest.
     *
     * @param which the names of the files to compare
     * @throws Fault of kind MODEL_REFUSED naming the first file that is missing or differs
     */
    public static void verify(Path folder, Manifest manifest, Predicate<String> which) {
        manifest.files().forEach((name, expected) -> {
            if (which.test(name)) {
                verify(folder, name, expected);
            }
        });
    }

    private static void verify(Path folder, String name, FileDigest expected) {
        if (PlainPath.nameProblem(name).isPresent()) {
            throw refused(folder, name, "is not the name of a file in the model's folder");
        }
        try {
            FileDigest found = of(folder.resolve(name));
            if (!found.equals(expected)) {
                throw refused(
                        folder,
                        name,
                        "differs from the manifest (%d bytes instead of %d, or another sha-256)"
                                .formatted(found.size(), expected.size()));
            }
        } catch (IOException unreadable) {
            throw refused(folder, name, "is missing or can't be read");
        }
    }

    private static Fault refused(Path folder, String name, String found) {
        return Fault.modelRefused("The file \"%s\" of the model \"%s\" %s; import the model again."
                .formatted(name, folder.getFileName(), found));
    }
}
