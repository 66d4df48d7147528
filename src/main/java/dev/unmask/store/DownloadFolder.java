package dev.unmask.store;

import dev.unmask.hub.HubReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The download folder of one model at one commit, in the store's hidden {@code .downloads}. Unlike a {@link PartialFolder}
 * it outlives its process, so that the next one can resume. Only one process at a time has it; the lock file stays, since
 * deleting it while another process waits for it would let two in.
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
     * Acquires the folder of a model at a commit.
     *
     * @param waits whether to wait if another process has it
     * @return the folder, or empty if another process has it
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

    /** Whether a path is among the downloads, which are never served. */
    public static boolean holds(Path folder) {
        Path parent = folder.toAbsolutePath().normalize().getParent();
        return parent != null && parent.endsWith(FOLDER);
    }

    /** A store's unfinished downloads, in progress or left by a process that ended. */
    public static List<Path> unfinished(Path store) throws IOException {
        return FolderList.of(store.resolve(FOLDER), Files::isDirectory);
    }

    /**
     * Deletes an unfinished download.
     *
     * @return false if a process is using it
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

    /** The folder for the files. */
    public Path path() {
        return path;
    }

    /** Deletes the downloaded files, once they are imported. */
    public void discard() throws IOException {
        PartialFolder.delete(path);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
