package dev.unmask.importing;

import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The folder of a checkpoint, found in any usual download layout: the folder itself, a snapshot of the
 * hub's cache, or a few levels deep, as in Azure ML's layouts ({@code model/}, {@code mlflow_model_folder/data/model/}).
 *
 * @param path the folder with {@code config.json}
 * @param name the model's default name
 * @param origin its origin
 */
public record ModelFolder(Path path, String name, Origin origin) {
    private static final int DEPTH = 4;

    /** {@code models--OWNER--NAME/snapshots/COMMIT}, the hub cache's layout. */
    private static final Pattern SNAPSHOT =
            Pattern.compile("(?:.*/)?models--([A-Za-z0-9._-]+?)--([A-Za-z0-9._-]+)/snapshots/([0-9a-f]{40})");

    /**
     * Finds the one checkpoint in a folder. If there is none, returns the folder itself, and opening it reports what is
     * missing.
     *
     * @throws Fault of kind MODEL_REFUSED listing them if there are several, or when the folder can't be read
     */
    public static ModelFolder find(Path folder) {
        return find(folder, folder.toString());
    }

    /** The same for a folder with another name in messages. */
    static ModelFolder find(Path folder, String shown) {
        try {
            Path real = folder.toRealPath();
            List<Path> found = new ArrayList<>();
            search(real, DEPTH, found);
            if (found.size() > 1) {
                throw Fault.modelRefused(
                        "There are %d checkpoints in \"%s\" (folders with a %s): %s; use the path of one of them."
                                .formatted(
                                        found.size(),
                                        shown,
                                        CheckpointFiles.CONFIG,
                                        found.stream()
                                                .sorted()
                                                .map(path ->
                                                        real.relativize(path).toString())
                                                .collect(Collectors.joining(", "))));
            }
            Path checkpoint = found.isEmpty() ? real : found.get(0);
            Matcher snapshot = SNAPSHOT.matcher(checkpoint.toString().replace('\\', '/'));
            return snapshot.matches()
                    ? ofSnapshot(checkpoint, snapshot.group(1), snapshot.group(2), snapshot.group(3))
                    : new ModelFolder(checkpoint, String.valueOf(real.getFileName()), Origin.of(real));
        } catch (IOException unreadable) {
            throw FileFailure.unreadable("The folder \"%s\"".formatted(shown), unreadable);
        }
    }

    private static ModelFolder ofSnapshot(Path path, String owner, String name, String commit) {
        return new ModelFolder(path, name, new Origin("hf://%s/%s@%s".formatted(owner, name, commit), commit));
    }

    /** A checkpoint's own folders are not searched: an export for another runtime in it is not another model. */
    private static void search(Path folder, int depth, List<Path> found) throws IOException {
        if (Files.isRegularFile(folder.resolve(CheckpointFiles.CONFIG))) {
            found.add(folder);
            return;
        }
        if (depth == 0) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".")) {
                    search(entry, depth - 1, found);
                }
            }
        }
    }
}
