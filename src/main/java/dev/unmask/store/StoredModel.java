package dev.unmask.store;

import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.IntegerProducts;
import dev.unmask.fault.Fault;
import dev.unmask.graph.ExtremesGraph;
import dev.unmask.graph.Precision;
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
        Engine engine = Engine.open(graph(), device, threads, manifest.batches());
        if (Precision.INT8.accepts(manifest.precision())) {
            refuseUnfit(engine);
        }
        return engine;
    }

    private static void refuseUnfit(Engine engine) {
        if (engine.provider().cuda()) {
            engine.close();
            throw Fault.configuration(
                    "The model is in int8, which is for processors: set UNMASK_DEVICE=cpu, or import the model at fp32.");
        }
        if (!IntegerProducts.exact(ExtremesGraph.bytes(), ExtremesGraph.ROWS)) {
            engine.close();
            throw Fault.configuration(
                    "This processor's products of bytes are not exact (it has no VNNI), so that int8 would"
                            + " answer wrongly: set UNMASK_PRECISION=fp32, or use one with AVX-512 VNNI or AVX-VNNI.");
        }
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
