package dev.unmask.importing;

import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Precision;
import dev.unmask.graph.Recipe;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** A BERT checkpoint, from which we write our own graph. */
record CheckpointSource(Checkpoint checkpoint) implements ModelSource {
    @Override
    public List<Path> files() {
        return checkpoint.files();
    }

    @Override
    public List<String> warnings() {
        return checkpoint.warnings();
    }

    @Override
    public Manifest.Shape shape() {
        BertConfig config = checkpoint.config();
        return new Manifest.Shape(
                config.modelType(),
                config.layers(),
                config.hidden(),
                config.heads(),
                config.intermediate(),
                config.vocabulary(),
                config.positions());
    }

    @Override
    public Manifest.Head head() {
        return Manifest.Head.MASKS;
    }

    @Override
    public boolean mixesTexts() {
        return false;
    }

    @Override
    public long weightBytes(Precision precision) {
        long observed = precision == Precision.INT8 ? BertGraph.weightBytes(checkpoint, Recipe.observed()) : 0;
        return observed + BertGraph.weightBytes(checkpoint, Recipe.uncalibrated(precision, checkpoint.config()));
    }

    @Override
    public void write(GraphChoices choices, Path graph, Path weights, LongConsumer written) throws IOException {
        Recipe recipe = choices.precision() == Precision.INT8
                ? Recipe.int8(Calibration.of(checkpoint, choices.calibration(), graph.getParent(), written))
                : Recipe.uncalibrated(choices.precision(), checkpoint.config());
        BertGraph.write(checkpoint, recipe, graph, weights, written);
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
