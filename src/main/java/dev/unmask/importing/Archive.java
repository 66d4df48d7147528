package dev.unmask.importing;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.Manifest;
import dev.unmask.store.PartialFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A checkpoint in an archive: {@code .tar.gz}, {@code .tgz}, {@code .tar} or {@code .zip}.
 *
 * @param file the archive
 * @param modelName its name without the ending
 * @param ending one of these four
 */
public record Archive(Path file, String modelName, String ending) implements Source.Local {
    private static final List<String> ENDINGS = List.of(".tar.gz", ".tgz", ".tar", ".zip");

    /**
     * Recognizes an archive by its file name.
     *
     * @throws Fault of kind CONFIGURATION when its form is not supported
     */
    public static Archive of(Path file) {
        String full = file.toAbsolutePath().normalize().getFileName().toString();
        for (String ending : ENDINGS) {
            if (full.toLowerCase(Locale.ROOT).endsWith(ending) && full.length() > ending.length()) {
                return new Archive(file, full.substring(0, full.length() - ending.length()), ending);
            }
        }
        throw Fault.configuration("\"%s\" is neither a folder nor an archive; supported archives are %s."
                .formatted(file, String.join(", ", ENDINGS)));
    }

    @Override
    public String digest(ImportChoices choices) throws IOException {
        return Importer.digest(Digests.of(List.of(file)), choices, origin());
    }

    @Override
    public Origin origin() {
        return new Origin(modelName, null);
    }

    /** Unpacks beside the entry, imports, and removes the unpacked files. */
    @Override
    public Manifest into(Path entry, ImportChoices choices, Progress progress) {
        if (Files.exists(entry)) {
            throw Importer.exists(entry);
        }
        try (PartialFolder unpacked = PartialFolder.of(entry.toAbsolutePath())) {
            // Uses the archive's name in messages that name the checkpoint's folder.
            String shown = file.toAbsolutePath().normalize().getFileName().toString();
            Path inner = Files.createDirectory(unpacked.path().resolve(shown));
            ArchiveFiles files = new ArchiveFiles(file, inner, Files.size(file));
            if (ending.equals(".zip")) {
                files.unzip();
            } else {
                files.untar(!ending.equals(".tar"));
            }
            Path folder = ModelFolder.find(inner, shown).path();
            Origin origin = new Origin(shown, null);
            return new Importer(folder, entry.getFileName().toString(), choices, progress, origin).into(entry);
        } catch (IOException failed) {
            throw Fault.modelRefused(
                    "The archive \"%s\" could not be unpacked: %s. Nothing was left behind."
                            .formatted(file.getFileName(), FileFailure.describe(failed)),
                    failed);
        }
    }
}
