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

/** What a model is imported from: a checkpoint's tensors, or an exported graph. */
interface ModelSource extends AutoCloseable {
    /**
     * Opens the model in a folder: preferably a BERT checkpoint, whose tensors make the faster graph, otherwise an ONNX
     * export.
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
                        "There is no config.json beside the ONNX export; it is needed for the longest text."));
        return Checkpoint.isIn(folder, config)
                ? new CheckpointSource(Checkpoint.open(folder, config))
                : ExportSource.open(folder.resolve(CheckpointFiles.CONFIG), config, export.get());
    }

    /** The files that were read, {@code config.json} among them. */
    List<Path> files();

    /** Messages that the operator should see; the model can be served nevertheless. */
    List<String> warnings();

    /** The model's sizes. */
    Manifest.Shape shape();

    /** At which positions the written graph computes the head. */
    Manifest.Head head();

    /** Whether its graph is known without a trial to mix the texts of a batch. */
    boolean mixesTexts();

    /** How many bytes of weights {@link #write} will write. */
    long weightBytes(Precision precision);

    /**
     * Writes the graph that the engine runs.
     *
     * @param choices the choices
     * @param graph the graph file; must not exist
     * @param weights the weight file beside it; must not exist
     * @param written receives the bytes of each written piece
     * @throws Fault of kind MODEL_REFUSED when that precision is not possible
     */
    void write(GraphChoices choices, Path graph, Path weights, LongConsumer written) throws IOException;

    /** Closes the files. */
    @Override
    void close();
}
