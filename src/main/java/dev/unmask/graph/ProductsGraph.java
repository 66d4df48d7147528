package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.MatrixProducts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The matrix products of an encoder's layers one after another, and nothing else except to cut each result to the next
 * one's width: an upper bound for a model of these sizes. The factors are random, of a size that the products keep: with
 * zeros some processors are faster.
 */
public final class ProductsGraph {
    /** How many different numbers there are. It is prime, so that no two rows of a matrix are equal. */
    private static final int NUMBERS = 65_537;

    private final GraphBuilder graph = new GraphBuilder("products");
    private final WeightFile weights;
    private final int hidden;
    private final int intermediate;
    private final float[] numbers = new float[NUMBERS];

    private ProductsGraph(BertConfig config, WeightFile weights) {
        this.hidden = config.hidden();
        this.intermediate = config.intermediate();
        this.weights = weights;
        Random random = new Random(1);
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
    }

    /**
     * Writes the graph for {@link MatrixProducts}.
     *
     * @param half whether to multiply in fp16, otherwise in fp32
     */
    public static void write(BertConfig config, boolean half, Path graphFile, Path weightFile) throws IOException {
        try (WeightFile weights = new WeightFile(weightFile, bytes -> {})) {
            ProductsGraph products = new ProductsGraph(config, half ? weights.halves() : weights);
            products.assemble(config.layers());
            Files.write(graphFile, products.graph.build().toByteArray());
        }
    }

    private void assemble(int layers) {
        graph.input(GraphBuilder.value(MatrixProducts.ROWS, DataType.INT32, "tokens"));
        graph.output(MatrixProducts.PRODUCT, DataType.FLOAT, 1, hidden);
        String from = graph.constant("from", 0);
        String to = graph.constant("to", hidden);
        String columns = graph.constant("columns", 1);
        String rows = graph.standard(
                "Gather", List.of(matrix("table", MatrixProducts.TABLE, hidden, 1), MatrixProducts.ROWS));
        for (int i = 0; i < layers; i++) {
            String name = "layer." + i;
            String wide = product(rows, name + ".qkv", hidden, 3 * hidden);
            String third = graph.standard("Slice", List.of(wide, from, to, columns));
            String attended = product(third, name + ".attention", hidden, hidden);
            String inner = product(attended, name + ".intermediate", hidden, intermediate);
            rows = product(inner, name + ".output", intermediate, hidden);
        }
        String first = graph.standard("Gather", List.of(rows, graph.constant("first", 0)));
        graph.standardInto(MatrixProducts.PRODUCT, "Cast", List.of(first), attribute("to", DataType.FLOAT.getNumber()));
    }

    private String product(String rows, String name, int in, int out) {
        return graph.standard("MatMul", List.of(rows, matrix(name, in, out, 1 / Math.sqrt(in))));
    }

    /** @param deviation the numbers' standard deviation */
    private String matrix(String name, int rows, int columns, double deviation) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (numbers[i % NUMBERS] * deviation);
        }
        return graph.constant(weights.put(name, values, rows, columns));
    }
}
