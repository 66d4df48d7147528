package dev.unmask.importing;

import dev.unmask.fault.Fault;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.ByteProgress;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What an import is made of: a folder, an archive, or a model of the hub. */
public sealed interface Source permits Source.Local, Source.Published {
    /** What lies on a disk. */
    sealed interface Local extends Source permits Folder, Archive {
        /** What the same files and choices always give, and no others. */
        String digest(ImportChoices choices) throws IOException;

        /** Where it came from. */
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
        public Manifest into(Path entry, ImportChoices choices, ByteProgress progress) {
            return new Importer(found.path(), entry.getFileName().toString(), choices, progress, found.origin())
                    .into(entry);
        }
    }

    /**
     * A model of a hub.
     *
     * @param store the store's folder, where downloads lie until they are whole
     */
    record Published(HubReference model, HubSettings settings, Path store) implements Source {
        @Override
        public String modelName() {
            return model.entryName();
        }

        @Override
        public Manifest into(Path entry, ImportChoices choices, ByteProgress progress) {
            return new HubImport(store, model, settings, choices, progress).into(entry, false);
        }
    }

    /**
     * Reads what a user names.
     *
     * @param text the path of a folder or an archive, or {@code hf://owner/name[@revision]}
     * @param store the store's folder
     * @param environment where the hub's settings are read
     * @throws Fault of kind CONFIGURATION when it is none of these, and of kind MODEL_REFUSED when a folder holds several
     *     checkpoints
     */
    static Source parse(String text, Path store, Map<String, String> environment) {
        if (HubReference.isMeant(text)) {
            return new Published(HubReference.parse(text), HubSettings.of(environment), store);
        }
        Path path = Path.of(text);
        if (!Files.exists(path)) {
            throw Fault.configuration(
                    "\"%s\" is not a folder; give the folder of a checkpoint, an archive of one, or hf://owner/name."
                            .formatted(text));
        }
        return at(path);
    }

    /**
     * What lies at a path that exists.
     *
     * @throws Fault as {@link #parse} does
     */
    static Local at(Path path) {
        return Files.isDirectory(path) ? new Folder(ModelFolder.find(path)) : Archive.of(path);
    }

    /** What the model is called unless it is given a name. */
    String modelName();

    /**
     * Makes an entry of the store.
     *
     * @param entry where it goes, which must not exist; the model gets its name
     * @param choices what whoever imports decides
     * @param progress told how far the import is
     * @throws Fault of kind MODEL_REFUSED when the model can't be had or not be served; nothing is at {@code entry} then
     */
    Manifest into(Path entry, ImportChoices choices, ByteProgress progress);
}
