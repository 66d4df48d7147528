package dev.unmask.importing;

import dev.unmask.checkpoint.ConfigJson;
import dev.unmask.checkpoint.EncoderConfig;
import dev.unmask.fault.Fault;
import dev.unmask.graph.ExportedGraph;
import dev.unmask.graph.Precision;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongConsumer;

/**
 * An ONNX export of a masked language model of any family.
 *
 * @param configJson the config beside it
 * @param config its parsed values
 * @param graph the export
 * @param vocabulary how many logits it has per position
 */
record ExportSource(Path configJson, EncoderConfig config, ExportedGraph graph, int vocabulary) implements ModelSource {

    static ExportSource open(Path configJson, ConfigJson json, Path onnx) throws IOException {
        EncoderConfig config = EncoderConfig.of(json);
        ExportedGraph graph = ExportedGraph.open(onnx);
        OptionalInt vocabulary = graph.vocabulary().isPresent() ? graph.vocabulary() : config.vocabulary();
        if (vocabulary.isEmpty()) {
            throw Fault.modelRefused(
                    "Neither %s (the last dimension of logits) nor config.json (vocab_size) specifies the vocabulary's size."
                            .formatted(onnx.getFileName()));
        }
        return new ExportSource(configJson, config, graph, vocabulary.getAsInt());
    }

    @Override
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(configJson));
        files.addAll(graph.files());
        return files;
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!graph.headAtMasks()) {
            warnings.add("The masked-LM head was not recognized at the end of the ONNX export, so it is computed at all"
                    + " positions: answers are the same, but take more time and memory.");
        }
        if (!graph.otherWeightTypes().isEmpty()) {
            warnings.add(
                    "The ONNX export has weights of the types %s and runs as it is, whatever the requested precision."
                            .formatted(String.join(", ", graph.otherWeightTypes())));
        }
        return warnings;
    }

    @Override
    public Manifest.Shape shape() {
        return new Manifest.Shape(
                config.modelType(),
                config.layers(),
                config.hidden(),
                config.heads(),
                config.intermediate(),
                vocabulary,
                config.positions());
    }

    @Override
    public Manifest.Head head() {
        return graph.headAtMasks() ? Manifest.Head.MASKS : Manifest.Head.ALL;
    }

    @Override
    public boolean mixesTexts() {
        return graph.scalesOverBatch();
    }

    @Override
    public long weightBytes(Precision precision) {
        return graph.weightBytes();
    }

    @Override
    public void write(GraphChoices choices, Path graphFile, Path weights, LongConsumer written) throws IOException {
        if (choices.precision() != Precision.FP32) {
            throw Fault.modelRefused(
                    ("This model is an ONNX export, which runs as it is: %s can only be made from a checkpoint with its tensors"
                                    + " (model.safetensors or pytorch_model.bin). Use auto.")
                            .formatted(choices.precision().label()));
        }
        graph.write(graphFile, weights, choices.pad(), vocabulary, written);
    }

    @Override
    public void close() {
        // The mapped pages are released when the graph is collected, since Java 17 can't unmap.
    }
}
