package dev.unmask.fault;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Describes a file's failure in words, since an exception's message is often just the file's path. */
public final class FileFailure {
    private FileFailure() {}

    /**
     * A fault of kind {@link Fault.Kind#STORAGE}.
     *
     * @param what the file or folder, as a sentence's subject
     */
    public static Fault unreadable(String what, IOException failure) {
        return Fault.storage("%s can't be read: %s.".formatted(what, describe(failure)), failure);
    }

    /** The failure as a clause, for use after a colon. */
    public static String describe(IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return "it was interrupted";
        }
        if (failure instanceof NoSuchFileException missing) {
            return "%s does not exist".formatted(missing.getFile());
        }
        if (failure instanceof AccessDeniedException denied) {
            return "there is no permission for %s".formatted(denied.getFile());
        }
        if (failure instanceof FileAlreadyExistsException other) {
            return "%s already exists".formatted(other.getFile());
        }
        if (failure instanceof FileSystemException other) {
            String reason = other.getReason() == null ? "it can't be read or written" : other.getReason();
            return "%s: %s".formatted(other.getFile(), reason);
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
