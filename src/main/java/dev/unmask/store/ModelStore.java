package dev.unmask.store;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A folder of models, one per subfolder, and in {@code .cache} the imports made at first starts. */
public final class ModelStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String CACHE = ".cache";

    private final Path root;

    /** @param root the store's folder; need not exist, nor be writable */
    public ModelStore(Path root) {
        this.root = root;
    }

    /** The folder for imports made at a start, by their source's digest. */
    public Path cache() {
        return root.resolve(CACHE);
    }

    /** Whether a folder is an unfinished entry, download or import: the manifest is written last. */
    public static boolean halfWritten(Path folder) {
        return PartialFolder.isOne(folder.toAbsolutePath().normalize())
                || DownloadFolder.holds(folder)
                || Files.isRegularFile(folder.resolve(EntryFiles.WEIGHTS))
                        && !Files.isRegularFile(folder.resolve(Manifest.FILE));
    }

    /**
     * The folder of a new entry.
     *
     * @throws Fault of kind CONFIGURATION when the name is invalid
     */
    public Path entry(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Fault.configuration(
                    "\"%s\" is not a valid model name; it must have up to 100 letters, digits, dots, dashes and underscores, and begin with a letter or digit."
                            .formatted(name));
        }
        return root.resolve(name);
    }

    /** The names of the models in the store, in order. */
    public List<String> names() throws IOException {
        return FolderList.of(root, Files::isDirectory).stream()
                .map(folder -> folder.getFileName().toString())
                .filter(NAME.asMatchPredicate())
                .toList();
    }

    /**
     * The path of a model, which may be an entry, another folder, or a file.
     *
     * @param model a name in the store, or a path
     * @throws Fault of kind MODEL_REFUSED when there is neither, STORAGE when the store can't be read
     */
    public Path locate(String model) {
        if (NAME.matcher(model).matches() && Files.isDirectory(root.resolve(model))) {
            return root.resolve(model);
        }
        if (!model.isBlank() && (Files.isDirectory(Path.of(model)) || Files.isRegularFile(Path.of(model)))) {
            return Path.of(model);
        }
        try {
            throw Fault.modelRefused(
                    "There is no model \"%s\": neither in the store \"%s\", which holds %s, nor as a folder."
                                    .formatted(model, root, names().isEmpty() ? "none" : String.join(", ", names()))
                            + " Use one of these, a checkpoint's folder or hf://owner/name, or another store.");
        } catch (IOException unreadable) {
            throw FileFailure.unreadable("The model store \"%s\"".formatted(root), unreadable);
        }
    }

    /**
     * Opens a store entry.
     *
     * @param precision the required precision
     * @throws Fault of kind MODEL_REFUSED when it can't be served
     */
    public static StoredModel openEntry(Path folder, Precision precision) {
        Manifest manifest = Manifest.read(folder);
        if (!precision.accepts(manifest.precision())) {
            throw Fault.modelRefused(
                    "The model \"%s\" was imported at %s, but %s is required; import it again, or use auto."
                            .formatted(folder.getFileName(), manifest.precision(), precision.label()));
        }
        FileStates files = FileStates.of(folder, manifest);
        Digests.verify(folder, manifest, name -> !name.equals(EntryFiles.WEIGHTS));
        return new StoredModel(folder, manifest, StoredModel.State.WEIGHTS_UNVERIFIED, files);
    }
}
