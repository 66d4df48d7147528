package dev.unmask.store;

import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A store entry whose digests were verified.
 *
 * @param folder where it lies
 * @param manifest what it is
 * @param temporary whether it was made for this process only, because the store can't be written
 */
public record StoredModel(Path folder, Manifest manifest, boolean temporary) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StoredModel.class.getName());

    /** The ONNX graph; its weights lie beside it. */
    public Path graph() {
        return folder.resolve(Importer.GRAPH);
    }

    /**
     * Opens an engine on it.
     *
     * @param device where it is asked to run
     * @param threads intra-op threads
     * @throws dev.unmask.fault.Fault as {@link Engine#open} does
     */
    public Engine engine(Device device, int threads) {
        return Engine.open(graph(), device, threads, manifest.batches());
    }

    /** Deletes a temporary entry; to be called once nothing reads its files any more. */
    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try {
            PartialFolder.delete(folder);
            Files.delete(folder.getParent());
        } catch (IOException left) {
            LOG.log(Level.WARNING, "A temp folder could not be removed: {0}.", FileFailure.describe(left));
        }
    }
}
