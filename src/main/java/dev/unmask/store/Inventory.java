package dev.unmask.store;

import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.hub.HubReference;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists, verifies and removes a store's contents. */
public final class Inventory {
    private final Path root;
    private final ModelStore store;

    /** @param root the store's folder; need not exist */
    public Inventory(Path root) {
        this.root = root;
        store = new ModelStore(root);
    }

    /**
     * All models by name, then half-written ones.
     *
     * @throws Fault of kind MODEL_REFUSED when the store can't be read
     */
    public List<StoreEntry> entries() {
        try {
            List<StoreEntry> entries = new ArrayList<>();
            for (String name : store.names()) {
                Path folder = root.resolve(name);
                entries.add(Files.isSymbolicLink(folder) ? link(folder, StoreEntry.State.LINK) : entry(folder));
            }
            for (Path link : FolderList.of(root, path -> Files.isSymbolicLink(path) && !Files.exists(path))) {
                entries.add(link(link, StoreEntry.State.DANGLING));
            }
            List<Path> unfinished =
                    new ArrayList<>(FolderList.of(root, path -> PartialFolder.isOne(path) && Files.isDirectory(path)));
            unfinished.addAll(DownloadFolder.unfinished(root));
            for (Path folder : unfinished) {
                entries.add(new StoreEntry(
                        root.relativize(folder).toString(), StoreEntry.State.UNFINISHED, null, size(folder)));
            }
            return entries;
        } catch (IOException unreadable) {
            throw failed("read", unreadable);
        }
    }

    private static StoreEntry link(Path link, StoreEntry.State state) throws IOException {
        String name = link.getFileName() + " -> " + Files.readSymbolicLink(link);
        Manifest manifest =
                state == StoreEntry.State.DANGLING ? null : entry(link).manifest();
        return new StoreEntry(name, state, manifest, 0);
    }

    private static StoreEntry entry(Path folder) throws IOException {
        String name = folder.getFileName().toString();
        if (Files.isRegularFile(folder.resolve(Manifest.FILE))) {
            try {
                return new StoreEntry(name, StoreEntry.State.IMPORTED, Manifest.read(folder), size(folder));
            } catch (Fault damaged) {
                return new StoreEntry(name, StoreEntry.State.DAMAGED, null, size(folder));
            }
        }
        return new StoreEntry(name, stateWithoutManifest(folder), null, size(folder));
    }

    private static StoreEntry.State stateWithoutManifest(Path folder) {
        if (ModelStore.halfWritten(folder)) {
            return StoreEntry.State.UNFINISHED;
        }
        return Files.isRegularFile(folder.resolve(CheckpointFiles.CONFIG))
                ? StoreEntry.State.CHECKPOINT
                : StoreEntry.State.UNKNOWN;
    }

    /** The entry of a model on the hub, if it was imported. */
    public Optional<Path> find(HubReference model) throws IOException {
        for (String name : store.names()) {
            StoreEntry entry = entry(root.resolve(name));
            if (entry.manifest() != null
                    && entry.manifest().source() != null
                    && model.isOf(entry.manifest().source(), entry.manifest().revision())) {
                return Optional.of(root.resolve(name));
            }
        }
        return Optional.empty();
    }

    /**
     * Compares an entry's files with the digests of its manifest.
     *
     * @return the number of files
     * @throws Fault of kind MODEL_REFUSED naming the first file that is missing or differs; or when there is no such entry,
     *     or it has no manifest
     */
    public int verify(String name) {
        Path folder = existing(name);
        if (!Files.isRegularFile(folder.resolve(Manifest.FILE))) {
            throw Fault.modelRefused("The model \"%s\" has no manifest.json, so there are no digests to verify; %s."
                    .formatted(
                            name,
                            stateWithoutManifest(folder) == StoreEntry.State.CHECKPOINT
                                    ? "it is a checkpoint's folder, which is imported at first start"
                                    : "remove it and import it again"));
        }
        Manifest manifest = Manifest.read(folder);
        Digests.verify(folder, manifest);
        return manifest.files().size();
    }

    /**
     * Removes a model from the store, atomically for others.
     *
     * @throws Fault of kind MODEL_REFUSED when there is no such model or it can't be removed
     */
    public void remove(String name) {
        Path folder = existing(name);
        try {
            if (Files.isSymbolicLink(folder)) {
                Files.delete(folder);
            } else {
                PartialFolder.remove(folder);
            }
        } catch (IOException denied) {
            throw failed("changed", denied);
        }
    }

    /**
     * Removes unfinished downloads and imports, except those in progress.
     *
     * @return their number
     */
    public int removeUnfinished() {
        try {
            int removed = PartialFolder.sweep(root);
            for (Path download : DownloadFolder.unfinished(root)) {
                removed += DownloadFolder.remove(download) ? 1 : 0;
            }
            return removed;
        } catch (IOException denied) {
            throw failed("changed", denied);
        }
    }

    private Path existing(String name) {
        Path folder = store.entry(name);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(folder)) {
            throw Fault.modelRefused("There is no model \"%s\" in the store \"%s\"; `models list` shows all models."
                    .formatted(name, root));
        }
        return folder;
    }

    private Fault failed(String what, IOException cause) {
        return Fault.storage(
                "The model store \"%s\" can't be %s: %s.".formatted(root, what, FileFailure.describe(cause)), cause);
    }

    /** Bytes of all files in a folder, without those behind links to other places. */
    public static long size(Path folder) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                // An import or download in progress renames and removes its files.
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return bytes[0];
    }
}
