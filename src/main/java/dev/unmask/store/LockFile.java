package dev.unmask.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock that ends with its process at the latest. A file that this process has locked is never opened again: on POSIX
 * systems, closing any channel of a file releases all of the process's locks on it.
 */
final class LockFile implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private LockFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Acquires the lock, creating its file if needed; empty if it is taken. */
    static Optional<LockFile> take(Path file) throws IOException {
        return take(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Whether this or another process has the lock. */
    static boolean isTaken(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        Optional<LockFile> lock = take(file, StandardOpenOption.WRITE);
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }

    private static Optional<LockFile> take(Path file, OpenOption... options) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        if (!HELD.add(path)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(path, options);
            lock = channel.tryLock();
            return lock == null ? Optional.empty() : Optional.of(new LockFile(path, channel));
        } catch (OverlappingFileLockException underAnotherName) {
            return Optional.empty();
        } finally {
            if (lock == null) {
                HELD.remove(path);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(path);
        }
    }
}
