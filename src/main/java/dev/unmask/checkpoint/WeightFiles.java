package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of a folder that hold the weights. Where there are several, transformers' order of
 * preference decides.
 *
 * @param source the opened files
 * @param files what was opened: the weights, or the index first and then its shards
 */
record WeightFiles(TensorSource source, List<Path> files) {

    /** The file that decides where the weights of a folder are; empty if there is none. */
    static Optional<Path> find(Path folder) {
        return Stream.of(
                        CheckpointFiles.SAFETENSORS,
                        CheckpointFiles.SAFETENSORS + CheckpointFiles.INDEX,
                        CheckpointFiles.PYTORCH,
                        CheckpointFiles.PYTORCH + CheckpointFiles.INDEX)
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Opens the weights of a folder; empty if there are none. */
    static Optional<WeightFiles> open(Path folder) {
        return find(folder).map(file -> open(file, file.getFileName().toString()));
    }

    private static WeightFiles open(Path file, String name) {
        if (name.endsWith(CheckpointFiles.INDEX)) {
            ShardedSource shards = ShardedSource.open(
                    file, name.startsWith(CheckpointFiles.SAFETENSORS) ? Safetensors::open : PyTorchFile::open);
            return new WeightFiles(shards, shards.files());
        }
        TensorSource source =
                name.equals(CheckpointFiles.SAFETENSORS) ? Safetensors.open(file) : PyTorchFile.open(file);
        return new WeightFiles(source, List.of(file));
    }

    /** The message for a folder without weights. */
    static Fault missing(String folder) {
        return Fault.modelRefused("There is no %s in %s, and no %s, nor an index of either (%s)."
                .formatted(CheckpointFiles.SAFETENSORS, folder, CheckpointFiles.PYTORCH, CheckpointFiles.INDEX));
    }
}
