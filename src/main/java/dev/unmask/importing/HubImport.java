package dev.unmask.importing;

import dev.unmask.checkpoint.PlainPath;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.hub.Hub;
import dev.unmask.hub.HubFile;
import dev.unmask.hub.HubListing;
import dev.unmask.hub.HubReference;
import dev.unmask.hub.HubSettings;
import dev.unmask.progress.Progress;
import dev.unmask.progress.Progress.Unit;
import dev.unmask.store.DownloadFolder;
import dev.unmask.store.Inventory;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Downloads a model from a hub into the store and makes an entry of it. */
public final class HubImport {
    /** The most bytes to accept of weights whose size the hub doesn't list. */
    private static final long LARGEST_UNLISTED = 4L << 30;

    /** The most bytes of configurations, tokenizers and indexes. */
    private static final long LARGEST_SMALL = 64L << 20;

    private final Path store;
    private final HubReference model;
    private final HubSettings settings;
    private final ImportChoices choices;
    private final Progress progress;
    private final List<String> unverified = new ArrayList<>();

    /**
     * @param store the store's folder
     * @param model what to download
     * @param settings how to reach the hub
     * @param choices the user's choices
     * @param progress receives the progress of the download, and then of the import
     */
    public HubImport(Path store, HubReference model, HubSettings settings, ImportChoices choices, Progress progress) {
        this.store = store;
        this.model = model;
        this.settings = settings;
        this.choices = choices;
        this.progress = progress;
    }

    /**
     * Downloads and imports.
     *
     * @param entry the entry's folder, which must not exist
     * @param waits whether to wait for another process that downloads the same model, and to use its entry; otherwise refuses
     * @throws Fault of kind MODEL_REFUSED when the model is unavailable or can't be served; then {@code entry} doesn't
     *     exist, and downloaded bytes are kept for the next attempt
     */
    public Manifest into(Path entry, boolean waits) {
        if (!waits && Files.exists(entry)) {
            throw Importer.exists(entry);
        }
        try (Hub hub = new Hub(settings)) {
            return downloadAndImport(hub, entry, waits);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed("it was interrupted; run the import again to resume the download", interrupted);
        } catch (IOException failed) {
            throw failed(FileFailure.describe(failed), failed);
        }
    }

    private Manifest downloadAndImport(Hub hub, Path entry, boolean waits) throws IOException, InterruptedException {
        HubListing listing = hub.listing(model);
        try (DownloadFolder folder = DownloadFolder.take(store, model, listing.commit(), waits)
                .orElseThrow(() -> failed("another process is downloading it", null))) {
            if (waits && Files.isRegularFile(entry.resolve(Manifest.FILE))) {
                folder.discard();
                return Manifest.read(entry);
            }
            download(hub, listing, folder.path());
            Origin origin = new Origin(model.toString(), listing.commit(), List.copyOf(unverified));
            Manifest manifest =
                    new Importer(folder.path(), entry.getFileName().toString(), choices, progress, origin).into(entry);
            folder.discard();
            return manifest;
        }
    }

    private void download(Hub hub, HubListing listing, Path folder) throws IOException, InterruptedException {
        NeededFiles needed = new NeededFiles(model, listing);
        HubFile first = needed.weights();
        for (HubFile file : needed.small()) {
            downloadSmall(hub, listing, file, folder);
        }
        List<HubFile> large = new ArrayList<>();
        if (NeededFiles.isIndex(first)) {
            downloadSmall(hub, listing, first, folder);
            large.addAll(needed.shards(first, Files.readAllBytes(folder.resolve(first.path()))));
        } else {
            large.add(first);
            if (NeededFiles.isGraph(first)) {
                large.addAll(needed.externalData(first));
            }
        }
        long bytes = large.stream().mapToLong(file -> Math.max(0, file.size())).reduce(0, Math::addExact);
        checkSpace(folder, bytes);
        progress.begin("Downloading " + model.name(), bytes, Unit.BYTES);
        for (HubFile file : large) {
            download(hub, listing, file, folder, LARGEST_UNLISTED, progress);
        }
        progress.end();
    }

    private void downloadSmall(Hub hub, HubListing listing, HubFile file, Path folder)
            throws IOException, InterruptedException {
        if (file.size() > LARGEST_SMALL) {
            throw failed(
                    "\"%s\" is listed with %,d MiB; at most %,d MiB are accepted for such a file"
                            .formatted(file.path(), file.size() >> 20, LARGEST_SMALL >> 20),
                    null);
        }
        download(hub, listing, file, folder, LARGEST_SMALL, Progress.SILENT);
    }

    private void download(Hub hub, HubListing listing, HubFile file, Path folder, long most, Progress received)
            throws IOException, InterruptedException {
        Path target = folder.resolve(file.path()).normalize();
        if (PlainPath.problem(file.path()).isPresent() || !target.startsWith(folder)) {
            throw failed("one of its files has an unsafe path", null);
        }
        if (!file.hasDigest()) {
            unverified.add(
                    "The hub lists no digest of %s, so its contents could not be verified.".formatted(file.path()));
        }
        hub.download(model, listing.commit(), file, target, most, received);
    }

    /** Better reported now than after an hour; bytes that are already there are counted as well. */
    private void checkSpace(Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace() + Inventory.size(folder);
        if (bytes > free) {
            throw failed(
                    "its weights have %,d MiB, but the store's disk has only %,d MiB left"
                            .formatted(bytes >> 20, free >> 20),
                    null);
        }
    }

    private Fault failed(String found, Throwable cause) {
        return Fault.modelRefused("%s could not be downloaded: %s.".formatted(model, found), cause);
    }
}
