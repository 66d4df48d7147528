package dev.unmask.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A folder that changes the way kubelet changes a mounted Secret. */
public final class SecretMount {

    private final Path folder;
    private int generation;

    /** Makes the folder, without any key. */
    public SecretMount(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Swaps in the files of a new version of the Secret, in kubelet's order of steps. */
    public void swap(Map<String, String> files) throws IOException {
        Path data = folder.resolve("..data");
        Path before = Files.exists(data) ? data.toRealPath() : null;
        Path version = folder.resolve("..2026_11_23_10_00_00." + ++generation);
        Files.createDirectory(version);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(version.resolve(file.getKey()), file.getValue());
        }
        Path next = folder.resolve("..data_tmp");
        Files.createSymbolicLink(next, version.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkAndUnlink(files);
        if (before != null) {
            delete(before);
        }
    }

    private void linkAndUnlink(Map<String, String> files) throws IOException {
        for (String name : files.keySet()) {
            Path link = folder.resolve(name);
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of("..data", name));
            }
        }
        try (var entries = Files.newDirectoryStream(folder, "[!.]*")) {
            for (Path entry : entries) {
                if (!files.containsKey(entry.getFileName().toString())) {
                    Files.delete(entry);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Files.delete(entry);
            }
        }
        Files.delete(folder);
    }
}
