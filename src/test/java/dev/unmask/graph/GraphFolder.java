package dev.unmask.graph;

import dev.unmask.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Properties that write a checkpoint or a graph: each try has a folder of its own. */
abstract class GraphFolder {
    Path folder;

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("graph");
    }

    /** Writes the graph of a checkpoint, and its weights. */
    Path written(Checkpoint checkpoint, Recipe recipe) throws IOException {
        Path graph = folder.resolve("model.onnx");
        BertGraph.write(checkpoint, recipe, graph, folder.resolve("model.weights"), bytes -> {});
        return graph;
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
