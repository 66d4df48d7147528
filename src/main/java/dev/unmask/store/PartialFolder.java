package dev.unmask.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A folder under construction. It has a hidden name beside its target and is renamed at the end, so that the target is
 * complete or doesn't exist. Its creator holds a lock on a file beside it: leftovers of a killed process have none, and the
 * next import removes them.
 */
public final class PartialFolder implements AutoCloseable {
    private static final String MARK = ".partial-";
    private static final String LOCK = ".lock";

    private final Path path;
    private final Path target;
    private final Path lockFile;
    private final LockFile lock;

    private PartialFolder(Path path, Path target, Path lockFile, LockFile lock) {
        this.path = path;
        this.target = target;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Creates the folder that will become {@code target}, an absolute path. */
    public static PartialFolder of(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        sweep(target.getParent());
        Path path = target.resolveSibling("." + target.getFileName() + MARK + UUID.randomUUID());
        Path lockFile = lockOf(path);
        LockFile lock = LockFile.take(lockFile)
                .orElseThrow(() -> new IOException("the lock of a new folder is taken, which is impossible"));
        try {
            Files.createDirectory(path);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            Files.delete(lockFile);
            throw failed;
        }
        return new PartialFolder(path, target, lockFile, lock);
    }

    /** The folder for the files. */
    public Path path() {
        return path;
    }

    /** Renames the folder to its target. */
    public void publish() throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the folder unless it was published. */
    @Override
    public void close() throws IOException {
        try (lock) {
            delete(path);
            Files.delete(lockFile);
        }
    }

    /** Removes the leftovers of killed imports in a store, and returns their number. */
    public static int sweep(Path store) throws IOException {
        if (!Files.isDirectory(store)) {
            return 0;
        }
        int removed = 0;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(store, ".*" + MARK + "*")) {
            for (Path partial : left) {
                if (Files.isDirectory(partial) && !LockFile.isTaken(lockOf(partial))) {
                    delete(partial);
                    Files.deleteIfExists(lockOf(partial));
                    removed++;
                }
            }
        }
        return removed;
    }

    private static Path lockOf(Path partial) {
        return partial.resolveSibling(partial.getFileName() + LOCK);
    }

    /** Whether a path is a folder under construction, or a killed process's leftover. */
    public static boolean isOne(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") && name.contains(MARK);
    }

    /** Deletes a folder recursively, if it exists; links are deleted and not followed. */
    public static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    delete(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        }
        Files.deleteIfExists(folder);
    }

    /** Renames a folder to a hidden name, atomically, and then deletes it. */
    public static void remove(Path folder) throws IOException {
        Path hidden = folder.resolveSibling("." + folder.getFileName() + MARK + UUID.randomUUID());
        Files.move(folder, hidden, StandardCopyOption.ATOMIC_MOVE);
        delete(hidden);
    }
}
