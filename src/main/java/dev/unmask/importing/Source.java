package dev.unmask.importing;

import dev.unmask.fault.Fault;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The source of an import: a folder, an archive, or a model on the hub. */
public sealed interface Source permits Source.Local, Source.Published {
    /** A local source. */
    sealed interface Local extends Source permits Folder, Archive {
        /** A key that is equal exactly for equal files and choices. */
        String digest(ImportChoices choices) throws IOException;

        /** Its origin. */
        Origin origin();
    }

    /** The folder of a checkpoint or of an export, or one above it. */
    record Folder(ModelFolder found) implements Local {
        @Override
        public String digest(ImportChoices choices) throws IOException {
            try (ModelSource model = ModelSource.open(found.path())) {
                return Importer.digest(found.path(), model, choices, found.origin());
            }
        }

        @Override
        public Origin origin() {
            return found.origin();
        }

        @Override
        public String modelName() {
            return found.name();
        }

        @Override
        public Manifest into(Path entry, ImportChoices choices, Progress progress) {
            return new Importer(found.path(), entry.getFileName().toString(), choices, progress, found.origin())
                    .into(entry);
        }
    }

    /**
     * A model on a hub.
     *
     * @param store the store's folder, which has downloads until they are complete
     */
    record Published(HubReference model, HubSettings settings, Path store) implements Source {
        @Override
        public String modelName() {
            return model.entryName();
        }

        @Override
        public Manifest into(Path entry, ImportChoices choices, Progress progress) {
            return new HubImport(store, model, settings, choices, progress).into(entry, false);
        }
    }

    /**
     * Parses a user's argument.
     *
     * @param text the path of a folder or an archive, or {@code hf://owner/name[@revision]}
     * @param store the store's folder
     * @param environment for the hub's settings
     * @throws Fault of kind CONFIGURATION when it is something else, and of kind MODEL_REFUSED when a folder holds several
     *     checkpoints
     */
    static Source parse(String text, Path store, Map<String, String> environment) {
        if (HubReference.isMeant(text)) {
            return new Published(HubReference.parse(text), HubSettings.of(environment), store);
        }
        Path path = Path.of(text);
        if (!Files.exists(path)) {
            throw Fault.configuration(
                    "\"%s\" is not a folder; use the folder of a checkpoint, an archive of one, or hf://owner/name."
                            .formatted(text));
        }
        return at(path);
    }

    /**
     * The source at an existing path.
     *
     * @throws Fault as {@link #parse} does
     */
    static Local at(Path path) {
        return Files.isDirectory(path) ? new Folder(ModelFolder.find(path)) : Archive.of(path);
    }

    /** The model's default name. */
    String modelName();

    /**
     * Imports it as a store entry.
     *
     * @param entry the entry's folder, which must not exist and determines the model's name
     * @param choices the user's choices
     * @param progress receives the progress
     * @throws Fault of kind MODEL_REFUSED when the model is unavailable or can't be served; then {@code entry} doesn't exist
     */
    Manifest into(Path entry, ImportChoices choices, Progress progress);
}
