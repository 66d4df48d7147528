package dev.unmask.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A folder in the making. It lies beside its target under a hidden name and is renamed at the end, so that the target is
 * there whole or not at all. Its maker holds a lock on a file beside it: what a killed process left behind has none, and
 * is removed by the next import.
 */
final class PartialFolder implements AutoCloseable {
    private static final String MARK = ".partial-";
    private static final String LOCK = ".lock";

    private final Path path;
    private final Path target;
    private final Path lockFile;
    private final FileChannel lock;
    private final Thread maker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread interrupter = new Thread(this::interrupt, "unmask-import-interrupter");

    private PartialFolder(Path path, Path target, Path lockFile, FileChannel lock) {
        this.path = path;
        this.target = target;
        this.lockFile = lockFile;
        this.lock = lock;
        Runtime.getRuntime().addShutdownHook(interrupter);
    }

    /** Begins the folder that will become {@code target}, an absolute path. */
    static PartialFolder of(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        sweep(target.getParent());
        Path path = target.resolveSibling("." + target.getFileName() + MARK + UUID.randomUUID());
        Path lockFile = lockOf(path);
        FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            Files.createDirectory(path);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            Files.delete(lockFile);
            throw failed;
        }
        return new PartialFolder(path, target, lockFile, lock);
    }

    Path path() {
        return path;
    }

    /** Gives the folder its name. */
    void publish() throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what was not published. */
    @Override
    public void close() throws IOException {
        try (lock) {
            delete(path);
            Files.delete(lockFile);
        } finally {
            closed.countDown();
            forgetInterrupter();
        }
    }

    /** When the process is told to end, files are no longer written but removed; it waits for that a few seconds. */
    private void interrupt() {
        maker.interrupt();
        try {
            if (!closed.await(5, TimeUnit.SECONDS)) {
                System.getLogger(PartialFolder.class.getName())
                        .log(Level.WARNING, "An import did not stop in time; the next one removes its files.");
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void forgetInterrupter() {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupter);
        } catch (IllegalStateException itIsRunning) {
            closed.countDown();
        }
    }

    /** Removes what killed imports left in a store. */
    private static void sweep(Path store) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(store, ".*" + MARK + "*")) {
            for (Path partial : left) {
                if (Files.isDirectory(partial) && abandoned(partial)) {
                    delete(partial);
                    Files.deleteIfExists(lockOf(partial));
                }
            }
        }
    }

    private static boolean abandoned(Path partial) throws IOException {
        try (FileChannel channel = FileChannel.open(lockOf(partial), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException madeByThisProcess) {
            return false;
        } catch (NoSuchFileException noLock) {
            return true;
        }
    }

    private static Path lockOf(Path partial) {
        return partial.resolveSibling(partial.getFileName() + LOCK);
    }

    /** Deletes a folder of files, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
