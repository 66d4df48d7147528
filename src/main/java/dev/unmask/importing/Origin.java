package dev.unmask.importing;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a checkpoint came from, as its manifest says it.
 *
 * @param source the name of a folder or archive, or {@code hf://owner/name[@revision]}
 * @param revision the hub's commit; null where there is none, and a digest of the files stands for it
 * @param warnings what is to be said of how it came
 */
public record Origin(String source, String revision, List<String> warnings) {
    /** One of which there is nothing more to be said. */
    public Origin(String source, String revision) {
        this(source, revision, List.of());
    }

    /** A folder that somebody put there: its name. */
    static Origin of(Path folder) {
        return new Origin(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), null);
    }
}
