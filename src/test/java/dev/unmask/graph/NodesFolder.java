package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Properties of a few nodes, which ONNX Runtime runs in a graph of their own. */
abstract class NodesFolder extends GraphFolder {
    /** The input: {@code [rows, columns]}. */
    static final String LEFT = "left";

    /** An input with one element for each row. */
    static final String EACH = "each";

    /**
     * Runs nodes.
     *
     * @param left the input, as many values as {@code rows} of equal width have
     * @param out columns of the result
     * @param nodes adds the nodes and returns the name of the result
     */
    float[] run(float[] left, int rows, int out, BiFunction<GraphBuilder, WeightFile, String> nodes)
            throws IOException, OrtException {
        int columns = left.length / rows;
        GraphBuilder graph = new GraphBuilder("nodes");
        graph.input(GraphBuilder.value(LEFT, DataType.FLOAT, "rows", columns));
        graph.input(GraphBuilder.value(EACH, DataType.FLOAT, "rows"));
        graph.output("result", DataType.FLOAT, "rows", out);
        Path file = folder.resolve("model.onnx");
        try (WeightFile weights = new WeightFile(folder.resolve("model.weights"), bytes -> {})) {
            graph.standardInto("result", "Identity", List.of(nodes.apply(graph, weights)));
        }
        Files.write(file, graph.build().toByteArray());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor leftTensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(left), new long[] {rows, columns});
                OnnxTensor eachTensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.allocate(rows), new long[] {rows});
                OrtSession.Result result = session.run(Map.of(LEFT, leftTensor, EACH, eachTensor))) {
            float[] values = new float[rows * out];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
            return values;
        }
    }
}
