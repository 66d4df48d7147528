package dev.unmask.store;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.graph.Precision;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.ByteProgress;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A folder with a model in each of its folders, and in {@code .cache} what was made from checkpoints at first start. */
public final class ModelStore {
    private static final Logger LOG = System.getLogger(ModelStore.class.getName());
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String CACHE = ".cache";

    private final Path root;
    private final Map<String, String> environment;

    /** @param root the store's folder; need not exist, nor be writable */
    public ModelStore(Path root) {
        this(root, System.getenv());
    }

    /** @param environment where the hub's settings are read, once a model has to be downloaded */
    ModelStore(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    /**
     * Opens a model: a store entry as it is, a checkpoint's folder by way of an import that is cached by its digest, a
     * model of the hub by way of a download that becomes an entry. Where the entry exists, nothing is asked of the hub.
     *
     * @param model a name in the store, a path, or {@code hf://owner/name[@revision]}
     * @param precision the precision that a checkpoint is imported at, and that an entry must have
     * @param progress told how far an import is, where one is needed
     * @throws Fault of kind MODEL_REFUSED when there is no such model, or it can't be served
     */
    public StoredModel open(String model, Precision precision, ByteProgress progress) {
        if (HubReference.isMeant(model)) {
            return openPublished(HubReference.parse(model), precision, progress);
        }
        Path folder = locate(model);
        if (halfWritten(folder)) {
            throw Fault.modelRefused(
                    "The model \"%s\" is half-written: it has no manifest.json. Remove it and import it again."
                            .formatted(model));
        }
        try {
            return Files.isRegularFile(folder.resolve(Manifest.FILE))
                    ? openEntry(folder, precision)
                    : openCheckpoint(folder, precision, progress);
        } catch (IOException failed) {
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED,
                    "The model \"%s\" could not be read or written: %s.".formatted(model, FileFailure.describe(failed)),
                    failed);
        }
    }

    private StoredModel openPublished(HubReference model, Precision precision, ByteProgress progress) {
        try {
            Optional<Path> entry = new Inventory(root).find(model);
            if (entry.isPresent()) {
                return openEntry(entry.get(), precision);
            }
        } catch (IOException unreadable) {
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED, "The model store \"%s\" can't be read.".formatted(root), unreadable);
        }
        LOG.log(Level.INFO, "Downloading {0}, which the store does not have yet.", model);
        Path entry = entry(model.entryName());
        if (Files.exists(entry)) {
            throw Importer.exists(entry);
        }
        new HubImport(root, model, HubSettings.of(environment), ImportChoices.at(precision), progress)
                .into(entry, true);
        return openEntry(entry, precision);
    }

    /** Whether a folder is an entry, a download or an import that never came to its end: the manifest is written last. */
    static boolean halfWritten(Path folder) {
        return PartialFolder.isOne(folder.toAbsolutePath().normalize())
                || DownloadFolder.holds(folder)
                || Files.isRegularFile(folder.resolve(Importer.WEIGHTS))
                        && !Files.isRegularFile(folder.resolve(Manifest.FILE));
    }

    /**
     * Where an import goes.
     *
     * @throws Fault of kind CONFIGURATION when the name can't be a model's
     */
    public Path entry(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Fault.configuration(
                    "\"%s\" can't be a model's name; allowed are up to 100 letters, digits, dots, dashes and underscores, a letter or digit first."
                            .formatted(name));
        }
        return root.resolve(name);
    }

    /** The names of the models in the store, in order. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
                folders.forEach(folder -> names.add(folder.getFileName().toString()));
            }
        }
        names.removeIf(name -> !NAME.matcher(name).matches());
        Collections.sort(names);
        return names;
    }

    private Path locate(String model) {
        if (NAME.matcher(model).matches() && Files.isDirectory(root.resolve(model))) {
            return root.resolve(model);
        }
        if (!model.isBlank() && Files.isDirectory(Path.of(model))) {
            return Path.of(model);
        }
        try {
            throw Fault.modelRefused(
                    "There is no model \"%s\": neither in the store \"%s\", which holds %s, nor as a folder."
                                    .formatted(model, root, names().isEmpty() ? "none" : String.join(", ", names()))
                            + " Name one of these, a checkpoint's folder or hf://owner/name, or take another store.");
        } catch (IOException unreadable) {
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED, "The model store \"%s\" can't be read.".formatted(root), unreadable);
        }
    }

    private static StoredModel openEntry(Path folder, Precision precision) {
        Manifest manifest = Manifest.read(folder);
        if (!precision.accepts(manifest.precision())) {
            throw Fault.modelRefused(
                    "The model \"%s\" was imported at %s, but %s was asked for; import it again, or ask for auto."
                            .formatted(folder.getFileName(), manifest.precision(), precision.label()));
        }
        Digests.verify(folder, manifest, name -> !name.equals(Importer.WEIGHTS));
        return new StoredModel(folder, manifest, StoredModel.State.WEIGHTS_UNVERIFIED);
    }

    private StoredModel openCheckpoint(Path folder, Precision precision, ByteProgress progress) throws IOException {
        String name = folder.toRealPath().getFileName().toString();
        String digest;
        try (ModelSource model = ModelSource.open(folder)) {
            digest = Importer.digest(folder, model, precision);
        }
        Path cached = root.resolve(CACHE).resolve(digest);
        boolean writable = writable(cached.getParent());
        if (Files.isRegularFile(cached.resolve(Manifest.FILE))) {
            try {
                return openCached(cached, name, precision);
            } catch (Fault damaged) {
                LOG.log(Level.WARNING, "The cached import of \"{0}\" is damaged and is made anew.", name);
                if (writable) {
                    PartialFolder.delete(cached);
                }
            }
        }
        LOG.log(Level.INFO, "Importing the checkpoint \"{0}\" for the first time.", name);
        Importer importer = new Importer(folder, name, precision, progress);
        if (!writable) {
            return temporarily(importer, name, digest);
        }
        try {
            return new StoredModel(cached, importer.into(cached), StoredModel.State.VERIFIED);
        } catch (Fault fault) {
            // Another process that started at the same time may have made the same import.
            if (Files.isRegularFile(cached.resolve(Manifest.FILE))) {
                return openCached(cached, name, precision);
            }
            throw fault;
        }
    }

    /** The same files may have been imported from a folder of another name. */
    private static StoredModel openCached(Path folder, String name, Precision precision) {
        StoredModel cached = openEntry(folder, precision);
        cached.verifyWeights();
        return new StoredModel(folder, cached.manifest().named(name, name), StoredModel.State.VERIFIED);
    }

    private static boolean writable(Path cache) {
        try {
            Files.createDirectories(cache);
            return Files.isWritable(cache);
        } catch (IOException readOnly) {
            return false;
        }
    }

    private static StoredModel temporarily(Importer importer, String name, String digest) throws IOException {
        LOG.log(
                Level.WARNING,
                "The store can''t be written: the import of \"{0}\" goes to a temp folder and is made again at the next start."
                        + " Make the store writable, or import the model once beforehand.",
                name);
        Path folder = Files.createTempDirectory("unmask-");
        try {
            Path entry = folder.resolve(digest);
            return new StoredModel(entry, importer.into(entry), StoredModel.State.TEMPORARY);
        } catch (Fault refused) {
            Files.delete(folder);
            throw refused;
        }
    }
}
