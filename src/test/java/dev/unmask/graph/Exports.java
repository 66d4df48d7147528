package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The exports in resources/onnx, and changes to copies of them. */
public final class Exports {
    /** Where they lie; make.py there says how they were made. */
    public static final Path FOLDER = Path.of("src/test/resources/onnx");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Exports() {}

    /** A text with what transformers makes of it. */
    @JsonIgnoreProperties("answers")
    record Recorded(
            @JsonProperty("text") String text,
            @JsonProperty("ids") int[] ids,
            @JsonProperty("masks") int[] masks,
            @JsonProperty("logits") float[][] logits) {}

    static List<Recorded> recorded(String name) throws IOException {
        return Files.readAllLines(FOLDER.resolve(name + ".jsonl")).stream()
                .map(line -> {
                    try {
                        return JSON.readValue(line, Recorded.class);
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                })
                .toList();
    }

    /** Copies an export's folder into another one. */
    public static Path copy(String name, Path into) throws IOException {
        Path source = FOLDER.resolve(name);
        Path target = into.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file)));
            }
        }
        return target;
    }

    /** Changes a graph in place. */
    public static void rewrite(Path file, Consumer<GraphProto.Builder> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(model.getGraphBuilder());
        Files.write(file, model.build().toByteArray());
    }

    /** Turns the logits around and back at the end: the same values, by an operator that is not row by row. */
    public static void unrecognisable(GraphProto.Builder graph) {
        NodeProto.Builder last = graph.getNodeBuilder(graph.getNodeCount() - 1);
        if (!last.getOutput(0).equals("logits")) {
            throw new AssertionError("The last node gives " + last.getOutputList());
        }
        last.setOutput(0, "straight");
        for (String[] turn : new String[][] {{"straight", "turned"}, {"turned", "logits"}}) {
            graph.addNode(NodeProto.newBuilder()
                    .setOpType("Transpose")
                    .addInput(turn[0])
                    .addOutput(turn[1])
                    .addAttribute(GraphBuilder.attribute("perm", 0).toBuilder()
                            .clearI()
                            .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INTS)
                            .addInts(1)
                            .addInts(0)
                            .addInts(2)));
        }
    }
}
