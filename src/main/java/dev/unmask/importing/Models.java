package dev.unmask.importing;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.graph.Precision;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.store.Inventory;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import dev.unmask.store.PartialFolder;
import dev.unmask.store.StoredModel;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Opens models by name, path or reference, and imports those that aren't store entries yet. */
public final class Models {
    private static final Logger LOG = System.getLogger(Models.class.getName());

    private final Path root;
    private final ModelStore store;
    private final Map<String, String> environment;

    /** @param root the store's folder; need not exist, nor be writable */
    public Models(Path root) {
        this(root, System.getenv());
    }

    /** @param environment for the hub's settings, if a model must be downloaded */
    Models(Path root, Map<String, String> environment) {
        this.root = root;
        this.store = new ModelStore(root);
        this.environment = environment;
    }

    /**
     * Opens a model: a store entry directly; a checkpoint's folder, one above it, or an archive through an import that is
     * cached by its digest; a model on the hub through a download that becomes an entry. If the entry exists, the hub is
     * not contacted.
     *
     * @param model a name in the store, a path, or {@code hf://owner/name[@revision]}
     * @param precision the precision to import at, and that an entry must have
     * @param progress receives the progress of an import, if one is needed
     * @throws Fault of kind MODEL_REFUSED when there is no such model, or it can't be served
     */
    public StoredModel open(String model, Precision precision, Progress progress) {
        return located(model)
                .map(local -> openLocal(model, local, precision, progress))
                .orElseGet(() -> openPublished(HubReference.parse(model), precision, progress));
    }

    private StoredModel openLocal(String model, Path located, Precision precision, Progress progress) {
        if (ModelStore.halfWritten(located)) {
            throw Fault.modelRefused(
                    "The model \"%s\" is half-written: it has no manifest.json. Remove it and import it again."
                            .formatted(model));
        }
        try {
            return Files.isRegularFile(located.resolve(Manifest.FILE))
                    ? ModelStore.openEntry(located, precision)
                    : openImport(Source.at(located), ImportChoices.at(precision), progress);
        } catch (IOException failed) {
            throw unreadable(model, failed);
        }
    }

    /**
     * The real path of a model that is a folder or a file, since a link may change while it is read.
     *
     * @return empty for a model on the hub
     * @throws Fault of kind MODEL_REFUSED when there is no such model
     */
    public Optional<Path> located(String model) {
        if (HubReference.isMeant(model)) {
            return Optional.empty();
        }
        Path located = store.locate(model);
        try {
            return Optional.of(located.toRealPath());
        } catch (IOException failed) {
            throw unreadable(model, failed);
        }
    }

    private static Fault unreadable(String model, IOException failed) {
        return Fault.storage(
                "The model \"%s\" could not be read or written: %s.".formatted(model, FileFailure.describe(failed)),
                failed);
    }

    private StoredModel openPublished(HubReference model, Precision precision, Progress progress) {
        try {
            Optional<Path> entry = new Inventory(root).find(model);
            if (entry.isPresent()) {
                return ModelStore.openEntry(entry.get(), precision);
            }
        } catch (IOException unreadable) {
            throw FileFailure.unreadable("The model store \"%s\"".formatted(root), unreadable);
        }
        LOG.log(Level.INFO, "Downloading {0}, which the store does not have yet.", model);
        Path entry = store.entry(model.entryName());
        if (Files.exists(entry)) {
            throw Importer.exists(entry);
        }
        new HubImport(root, model, HubSettings.of(environment), ImportChoices.at(precision), progress)
                .into(entry, true);
        return ModelStore.openEntry(entry, precision);
    }

    /** Opens an earlier import of the same files, or imports them. */
    private StoredModel openImport(Source.Local source, ImportChoices choices, Progress progress) throws IOException {
        String name = source.modelName();
        String origin = source.origin().source();
        String digest = source.digest(choices);
        Precision precision = choices.precision();
        Function<Path, Manifest> importing = entry -> source.into(entry, choices, progress);
        Path cached = store.cache().resolve(digest);
        boolean writable = writable(cached.getParent());
        if (Files.isRegularFile(cached.resolve(Manifest.FILE))) {
            try {
                return openCached(cached, name, origin, precision);
            } catch (Fault damaged) {
                LOG.log(Level.WARNING, "The cached import of \"{0}\" is damaged; rebuilding it.", name);
                if (writable) {
                    PartialFolder.delete(cached);
                }
            }
        }
        LOG.log(Level.INFO, "Importing \"{0}\" for the first time.", name);
        if (!writable) {
            return temporarily(name, origin, digest, importing);
        }
        try {
            return new StoredModel(cached, importing.apply(cached).named(name, origin), StoredModel.State.VERIFIED);
        } catch (Fault fault) {
            // Another process may have done the same import at the same time.
            if (Files.isRegularFile(cached.resolve(Manifest.FILE))) {
                return openCached(cached, name, origin, precision);
            }
            throw fault;
        }
    }

    /** The same files may have been imported from a folder of another name. */
    private static StoredModel openCached(Path folder, String name, String origin, Precision precision) {
        StoredModel cached = ModelStore.openEntry(folder, precision);
        cached.verifyWeights();
        return new StoredModel(folder, cached.manifest().named(name, origin), StoredModel.State.VERIFIED);
    }

    private static boolean writable(Path cache) {
        try {
            Files.createDirectories(cache);
            return Files.isWritable(cache);
        } catch (IOException readOnly) {
            return false;
        }
    }

    private static StoredModel temporarily(
            String name, String origin, String digest, Function<Path, Manifest> importing) throws IOException {
        LOG.log(
                Level.WARNING,
                "The store is not writable: the import of \"{0}\" goes to a temp folder and is repeated at the next start."
                        + " Make the store writable, or import the model beforehand.",
                name);
        Path folder = Files.createTempDirectory("unmask-");
        try {
            Path entry = folder.resolve(digest);
            return new StoredModel(entry, importing.apply(entry).named(name, origin), StoredModel.State.TEMPORARY);
        } catch (Fault refused) {
            Files.delete(folder);
            throw refused;
        }
    }
}
