package dev.unmask.store;

import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.IntegerProducts;
import dev.unmask.engine.Provider;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.graph.ExtremesGraph;
import dev.unmask.graph.Precision;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A store entry. Its files' digests are verified; those of the weights may still be verified while the engine opens, since
 * both take a second for half a gigabyte, each on its own core.
 *
 * @param folder the entry's folder
 * @param manifest its manifest
 * @param state what remains to be done
 * @param files its files, before any of them was verified
 */
public record StoredModel(Path folder, Manifest manifest, State state, FileStates files) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StoredModel.class.getName());

    /** What remains to be done with an entry. */
    public enum State {
        /** The weights' digest must be verified before any answer. */
        WEIGHTS_UNVERIFIED,
        /** Nothing. */
        VERIFIED,
        /** It must be deleted: it was created only for this process, because the store is not writable. */
        TEMPORARY
    }

    /** An entry whose files are taken as they are now. */
    public StoredModel(Path folder, Manifest manifest, State state) {
        this(folder, manifest, state, FileStates.of(folder, manifest));
    }

    /** The size of all its files. */
    public long bytes() {
        return manifest.files().values().stream()
                .mapToLong(Manifest.FileDigest::size)
                .sum();
    }

    /** The ONNX graph; its weights lie beside it. */
    public Path graph() {
        return folder.resolve(EntryFiles.GRAPH);
    }

    private Optional<Path> cudaGraph() {
        return manifest.files().containsKey(EntryFiles.CUDA_GRAPH)
                ? Optional.of(folder.resolve(EntryFiles.CUDA_GRAPH))
                : Optional.empty();
    }

    /**
     * Opens an engine for it.
     *
     * @param device where to run
     * @param threads intra-op threads
     * @throws Fault as {@link Engine#open} does, and of kind MODEL_REFUSED when the weights differ from the manifest
     */
    public Engine engine(Device device, int threads) {
        Beside<Void> verified = Beside.begin("unmask-verifier", () -> {
            verifyWeights();
            return null;
        });
        Engine engine;
        try {
            engine = Engine.open(graph(), cudaGraph(), device, threads, manifest.batches());
        } catch (Fault refused) {
            // If the weights differ, that is the cause.
            verified.join();
            throw refused;
        }
        try {
            verified.join();
            requireUnchanged();
            if (Precision.INT8.accepts(manifest.precision())) {
                refuseUnfit(engine);
            }
            advise(engine.provider());
        } catch (Fault refused) {
            engine.close();
            throw refused;
        }
        return engine;
    }

    /**
     * To be called once all files are open that will be used.
     *
     * @throws Fault of kind MODEL_REFUSED when one of them was replaced or changed since before it was verified
     */
    public void requireUnchanged() {
        files.requireUnchanged(folder);
    }

    private void advise(Provider provider) {
        if (Precision.FP16.accepts(manifest.precision()) && !provider.cuda()) {
            LOG.log(
                    Level.WARNING,
                    "The model \"{0}\" is in fp16, which is for CUDA; on a CPU fp32 is faster and more exact.",
                    manifest.name());
        }
        if (Precision.FP32.accepts(manifest.precision()) && provider.cuda()) {
            LOG.log(
                    Level.INFO,
                    "The model \"{0}\" is in fp32; imported from a checkpoint in fp16 it would be several times as fast on CUDA.",
                    manifest.name());
        }
    }

    /**
     * Compares the weights with the manifest, if that remains to be done.
     *
     * @throws Fault of kind MODEL_REFUSED when they differ
     */
    public void verifyWeights() {
        if (state == State.WEIGHTS_UNVERIFIED) {
            Digests.verify(folder, manifest, EntryFiles.WEIGHTS::equals);
        }
    }

    private static void refuseUnfit(Engine engine) {
        if (engine.provider().cuda()) {
            throw Fault.configuration(
                    "The model is in int8, which is for CPUs: run it on the device cpu, or import it at fp32.");
        }
        if (!IntegerProducts.exact(ExtremesGraph.bytes(), ExtremesGraph.ROWS)) {
            throw Fault.configuration(
                    "This processor's 8-bit products are not exact (it has no VNNI), so int8 would"
                            + " give wrong answers: import the model at fp32, or use a processor with AVX-512 VNNI or AVX-VNNI.");
        }
    }

    /** Deletes a temporary entry; call it once nothing reads its files any more. */
    @Override
    public void close() {
        if (state != State.TEMPORARY) {
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
