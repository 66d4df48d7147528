package dev.unmask.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks for the NVIDIA driver without loading anything. Asking ONNX Runtime for its CUDA provider unpacks 583 MB to the
 * temp folder, so that is only done if there is a driver.
 */
final class NvidiaDriver {
    /** Folders where distributions, the NVIDIA container toolkit and WSL put the driver's library. */
    private static final List<String> LINUX_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/lib/x86_64-linux-gnu",
            "/lib64",
            "/usr/local/nvidia/lib64",
            "/usr/local/cuda/compat",
            "/usr/lib/wsl/lib",
            "/run/opengl-driver/lib");

    private NvidiaDriver() {}

    /** The driver's library, or empty if there is none. */
    static Optional<Path> find() {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
        return windows ? findIn(windowsFolders(), "nvcuda.dll") : findIn(linuxFolders(), "libcuda.so.1");
    }

    /** The library that {@link #find()} looks for on this system, for messages. */
    static String libraryName() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win") ? "nvcuda.dll" : "libcuda.so.1";
    }

    static Optional<Path> findIn(List<String> folders, String library) {
        return folders.stream()
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, library))
                .filter(Files::exists)
                .findFirst();
    }

    private static List<String> linuxFolders() {
        List<String> folders = new ArrayList<>();
        String searched = System.getenv("LD_LIBRARY_PATH");
        if (searched != null) {
            folders.addAll(List.of(searched.split(File.pathSeparator)));
        }
        folders.addAll(LINUX_FOLDERS);
        return folders;
    }

    private static List<String> windowsFolders() {
        String root = System.getenv("SystemRoot");
        return List.of((root == null ? "C:\\Windows" : root) + "\\System32");
    }
}
