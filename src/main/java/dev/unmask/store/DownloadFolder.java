package dev.unmask.store;

import dev.unmask.hub.HubReference;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one model at one commit is downloaded to: a folder in the store's hidden {@code .downloads}. Unlike a {@link
 * PartialFolder} it outlives a process that ends, so that the next one goes on from there. One process at a time has it;
 * the lock's file stays, since deleting it while somebody waits for it would let two in.
 */
public final class DownloadFolder implements AutoCloseable {
    private static final String FOLDER = ".downloads";
    private static final String LOCK = ".lock";
    private static final long POLL = 200;

    private final Path path;
    private final LockFile lock;

    private DownloadFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder of a model at a commit.
     *
     * @param waits whether to wait for another process that has it
     * @return the folder, or nothing where another process has it
     */
    public static Optional<DownloadFolder> take(Path store, HubReference model, String commit, boolean waits)
            throws IOException, InterruptedException {
        Path path = store.resolve(FOLDER).resolve("%s--%s--%s".formatted(model.owner(), model.name(), commit));
        Files.createDirectories(path.getParent());
        Optional<LockFile> lock = lock(path);
        while (lock.isEmpty() && waits) {
            Thread.sleep(POLL);
            lock = lock(path);
        }
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(path);
        return Optional.of(new DownloadFolder(path, lock.get()));
    }

    private static Optional<LockFile> lock(Path path) throws IOException {
        return LockFile.take(path.resolveSibling(path.getFileName() + LOCK));
    }

    /** Whether a path lies among the downloads, none of which is ever served. */
    public static boolean holds(Path folder) {
        Path parent = folder.toAbsolutePath().normalize().getParent();
        return parent != null && parent.endsWith(FOLDER);
    }

    /** The downloads of a store that are not done, under way or left by a process that ended. */
    public static List<Path> unfinished(Path store) throws IOException {
        List<Path> found = new ArrayList<>();
        Path folder = store.resolve(FOLDER);
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
                entries.forEach(found::add);
            }
        }
        found.sort(null);
        return found;
    }

    /**
     * Deletes an unfinished download.
     *
     * @return false where a process is at it
     */
    public static boolean remove(Path path) throws IOException {
        Optional<LockFile> lock = lock(path);
        if (lock.isEmpty()) {
            return false;
        }
        try {
            PartialFolder.delete(path);
        } finally {
            lock.get().close();
        }
        return true;
    }

    /** Where the files go. */
    public Path path() {
        return path;
    }

    /** Deletes what was downloaded, once an entry was made of it. */
    public void discard() throws IOException {
        PartialFolder.delete(path);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
