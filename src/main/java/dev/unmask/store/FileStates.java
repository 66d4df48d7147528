package dev.unmask.store;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which files an entry had at a moment: each one's identity, size and times. Files are verified by their path and then opened by
 * it, so that one replaced in between would be used as if it were verified; a comparison afterwards notices that.
 *
 * @param files by name; a missing file has an absent state
 */
public record FileStates(Map<String, State> files) {

    /**
     * A file.
     *
     * @param identity the system's, such as an inode; null where there is none
     * @param size in bytes
     * @param modified when its bytes were last changed, as far as its owner tells
     * @param changed when anything about it was last changed, by the system, which nobody can set; null where the system doesn't
     *     tell
     */
    public record State(Object identity, long size, FileTime modified, Object changed) {
        private static final State ABSENT = new State(null, -1, FileTime.fromMillis(0), null);

        static State of(Path file) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new State(found.fileKey(), found.size(), found.lastModifiedTime(), changed(file));
            } catch (IOException missing) {
                return ABSENT;
            }
        }

        private static Object changed(Path file) throws IOException {
            return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? Files.getAttribute(file, "unix:ctime")
                    : null;
        }
    }

    /** The files of an entry as they are now. */
    static FileStates of(Path folder, Manifest manifest) {
        Map<String, State> files = new TreeMap<>();
        manifest.files().keySet().forEach(name -> files.put(name, State.of(folder.resolve(name))));
        return new FileStates(files);
    }

    /**
     * Compares them with those that are there now.
     *
     * @throws Fault of kind MODEL_REFUSED that names the first file that was replaced or changed
     */
    void requireUnchanged(Path folder) {
        files.forEach((name, state) -> {
            if (!State.of(folder.resolve(name)).equals(state)) {
                throw Fault.modelRefused(
                        "The file \"%s\" of the model \"%s\" was replaced or changed while it was loaded. Load it again once it is complete; to change a model in service, put the new one beside it and turn a link."
                                .formatted(name, folder.getFileName()));
            }
        });
    }
}
