package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import dev.unmask.checkpoint.Tensor;
import java.util.List;

/** Products in floating point, with the width of the written weights. */
final class FloatProducts implements Products {
    private final GraphBuilder graph;
    private final WeightFile weights;
    private final int width;

    /** @param width bytes of a number of {@code weights} */
    FloatProducts(GraphBuilder graph, WeightFile weights, int width) {
        this.graph = graph;
        this.weights = weights;
        this.width = width;
    }

    @Override
    public String product(String name, String rows, String each, float[] weight, int out, long... copies) {
        String left = EvenChannels.append(graph, name, rows, copies);
        return graph.standard(
                "MatMul",
                List.of(left, graph.constant(weights.put(name + ".weight", weight, weight.length / out, out))));
    }

    @Override
    public String product(String name, String rows, String each, float[] weight, float[] bias, float least) {
        return product(name, rows, each, weight, bias.length);
    }

    @Override
    public String transposed(String name, String rows, String each, Tensor weight, String bias) {
        return graph.standard(
                "Gemm",
                List.of(rows, graph.constant(weights.copy(name + ".weight", weight)), bias),
                attribute("transB", 1));
    }

    @Override
    public Products ofFewRows() {
        return this;
    }

    @Override
    public long bytes(long in, long out) {
        return width * in * out;
    }
}
