package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.checkpoint.Layer;
import dev.unmask.checkpoint.Tensor;
import dev.unmask.engine.MatrixProducts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The matrix products of an encoder's layers one after another, and nothing else except to cut each result to the next
 * one's width: an upper bound for a model of these sizes.
 */
public final class ProductsGraph {
    private final GraphBuilder graph = new GraphBuilder("products");
    private final WeightFile weights;
    private final int hidden;
    private final int intermediate;

    private ProductsGraph(BertConfig config, WeightFile weights) {
        this.hidden = config.hidden();
        this.intermediate = config.intermediate();
        this.weights = weights;
    }

    /** Writes the graph for {@link MatrixProducts}. */
    public static void write(Checkpoint checkpoint, Path graphFile, Path weightFile) throws IOException {
        try (WeightFile weights = new WeightFile(weightFile, bytes -> {})) {
            ProductsGraph products = new ProductsGraph(checkpoint.config(), weights);
            products.assemble(checkpoint);
            Files.write(graphFile, products.graph.build().toByteArray());
        }
    }

    private void assemble(Checkpoint checkpoint) {
        graph.input(GraphBuilder.value(MatrixProducts.ROWS, DataType.FLOAT, "tokens", hidden));
        graph.output(MatrixProducts.PRODUCT, DataType.FLOAT, "tokens", hidden);
        String from = graph.constant("from", 0);
        String to = graph.constant("to", hidden);
        String columns = graph.constant("columns", 1);
        String rows = MatrixProducts.ROWS;
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            Layer layer = checkpoint.layer(i);
            String name = "layer." + i;
            float[] qkv = new float[3 * hidden * hidden];
            FiniteWeights.read(layer.query().weight(), 0, qkv, 0, hidden * hidden);
            FiniteWeights.read(layer.key().weight(), 0, qkv, hidden * hidden, hidden * hidden);
            FiniteWeights.read(layer.value().weight(), 0, qkv, 2 * hidden * hidden, hidden * hidden);
            String wide = product(rows, weightOf(name + ".qkv", qkv, 3 * hidden));
            String third = graph.standard("Slice", List.of(wide, from, to, columns));
            String attended = product(
                    third, weightOf(name + ".attention", layer.attentionOutput().weight(), hidden));
            String inner = product(
                    attended,
                    weightOf(name + ".intermediate", layer.intermediate().weight(), intermediate));
            rows = product(inner, weightOf(name + ".output", layer.output().weight(), hidden));
        }
        graph.standardInto(MatrixProducts.PRODUCT, "Identity", List.of(rows));
    }

    private String product(String rows, String weight) {
        return graph.standard("MatMul", List.of(rows, weight));
    }

    /** The numbers in any order, which doesn't affect a product's speed. */
    private String weightOf(String name, Tensor tensor, int columns) {
        return weightOf(name, FiniteWeights.all(tensor), columns);
    }

    private String weightOf(String name, float[] values, int columns) {
        return graph.constant(weights.put(name, values, values.length / columns, columns));
    }
}
