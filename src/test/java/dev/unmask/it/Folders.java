package dev.unmask.it;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Looks into folders. */
final class Folders {
    private Folders() {}

    /** The names of all that is in a folder, hidden or not, in order; none where there is no folder. */
    static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** The first entry of a folder that a glob pattern matches. */
    static Path first(Path folder, String pattern) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            Iterator<Path> entry = entries.iterator();
            if (!entry.hasNext()) {
                throw new NoSuchFileException(folder.resolve(pattern).toString());
            }
            return entry.next();
        }
    }
}
