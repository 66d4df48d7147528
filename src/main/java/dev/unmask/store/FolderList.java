package dev.unmask.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a folder contains. */
final class FolderList {
    private FolderList() {}

    /** Some of a folder's entries, in order; none if there is no such folder. */
    static List<Path> of(Path folder, Predicate<Path> which) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(which).sorted().toList();
        }
    }
}
