package dev.unmask.importing;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a checkpoint came from, for its manifest.
 *
 * @param source the name of a folder or archive, or {@code hf://owner/name[@revision]}
 * @param revision the hub's commit; null if there is none, then a digest of the files is used
 * @param warnings warnings about the origin
 */
public record Origin(String source, String revision, List<String> warnings) {
    /** An origin without warnings. */
    public Origin(String source, String revision) {
        this(source, revision, List.of());
    }

    /** A local folder, by its name. */
    static Origin of(Path folder) {
        return new Origin(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), null);
    }
}
