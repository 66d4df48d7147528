package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Linear;
import dev.unmask.checkpoint.Norm;
import dev.unmask.checkpoint.Projection;
import dev.unmask.engine.GraphNames;
import java.util.List;

/**
 * The part of a graph that computes text embeddings, as {@link Projection} describes it. P is the projection's size. It
 * only uses operators that ONNX Runtime's CPU and CUDA providers both have.
 */
final class ProjectionGraph {
    private final Projection projection;
    private final BertConfig config;
    private final GraphBuilder graph;
    private final WeightFile weights;

    ProjectionGraph(Projection projection, BertConfig config, GraphBuilder graph, WeightFile weights) {
        this.projection = projection;
        this.config = config;
        this.graph = graph;
        this.weights = weights;
    }

    /** How many floats {@link #add} writes. */
    static long weights(BertConfig config) {
        long size = config.projection();
        long linears = size * config.hidden() + size * size;
        long vectors = 4 * size;
        long leastLength = 1;
        return linears + vectors + leastLength;
    }

    /**
     * Adds the output {@code [batch, P]}.
     *
     * @param states the hidden states of each text's first token, {@code [batch, hidden]}
     */
    void add(String states) {
        graph.output(GraphNames.EMBEDDINGS, DataType.FLOAT, "batch", config.projection());
        String hidden = graph.contrib("Gelu", List.of(linear("projection.hidden", projection.hidden(), states)));
        normalize(linear("projection.output", projection.output(), norm(hidden)));
    }

    /** {@code rows · weightᵀ + bias}. */
    private String linear(String name, Linear linear, String rows) {
        return graph.standard(
                "Gemm",
                List.of(
                        rows,
                        graph.constant(weights.copy(name + ".weight", linear.weight())),
                        graph.constant(weights.copy(name + ".bias", linear.bias()))),
                attribute("transB", 1));
    }

    private String norm(String rows) {
        Norm norm = projection.norm();
        return graph.standard(
                "LayerNormalization",
                List.of(
                        rows,
                        graph.constant(weights.copy("projection.norm.weight", norm.weight())),
                        graph.constant(weights.copy("projection.norm.bias", norm.bias()))),
                attribute("epsilon", (float) Projection.NORM_EPSILON));
    }

    /** Each row divided by its L2 norm; not by LpNormalization, which the CUDA provider lacks. */
    private void normalize(String rows) {
        String length = graph.standard("ReduceL2", List.of(rows), attribute("axes", new long[] {1}));
        String least = graph.constant(
                weights.put("projection.least_length", new float[] {(float) Projection.LEAST_LENGTH}, 1));
        graph.standardInto(GraphNames.EMBEDDINGS, "Div", List.of(rows, graph.standard("Max", List.of(length, least))));
    }
}
