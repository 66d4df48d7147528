package dev.unmask.importing;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.checkpoint.ConfigJson;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** What a model is imported from: a checkpoint's tensors, or a graph that others exported. */
interface ModelSource extends AutoCloseable {
    /**
     * Opens what a folder holds: a BERT checkpoint, whose tensors make the faster graph, before an ONNX export.
     *
     * @throws Fault of kind MODEL_REFUSED when there is neither, or it can't be served
     */
    static ModelSource open(Path folder) throws IOException {
        Optional<Path> export = CheckpointFiles.EXPORTS.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        if (export.isEmpty()) {
            return new CheckpointSource(Checkpoint.open(folder));
        }
        ConfigJson config = ConfigJson.in(folder)
                .orElseThrow(() -> Fault.modelRefused(
                        "There is no config.json beside the ONNX export; it says how long a text may be."));
        return Checkpoint.isIn(folder, config)
                ? new CheckpointSource(Checkpoint.open(folder, config))
                : ExportSource.open(folder.resolve(CheckpointFiles.CONFIG), config, export.get());
    }

    /** The files that were read, {@code config.json} among them. */
    List<Path> files();

    /** Whole sentences that the operator should see; the model can be served all the same. */
    List<String> warnings();

    /** The model's sizes. */
    Manifest.Shape shape();

    /** At which positions the graph that is written computes the head. */
    Manifest.Head head();

    /** Whether it is known without a trial that its graph mixes the texts of a batch into each other. */
    boolean mixesTexts();

    /** How many bytes of weights {@link #write} will write. */
    long weightBytes(Precision precision);

    /**
     * Writes the graph that the engine runs.
     *
     * @param choices what it is written with
     * @param graph where the graph goes; must not exist
     * @param weights where its weights go, beside it; must not exist
     * @param written told of the bytes of each piece that is written
     * @throws Fault of kind MODEL_REFUSED when it can't be had at that precision
     */
    void write(GraphChoices choices, Path graph, Path weights, LongConsumer written) throws IOException;

    /** Lets go of the files. */
    @Override
    void close();
}
