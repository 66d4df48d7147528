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
 * The matrix products of a model one after another, of the same shapes, and nothing else except to cut each result to the
 * next one's width: an upper bound for a model of these sizes. What follows the last layer's attention is multiplied for the
 * masks only. The factors are random, of a size that the products keep: with zeros some processors are faster. No two
 * matrices are equal, since ONNX Runtime would keep a single one, which caches hold more easily than a model's weights.
 */
public final class ProductsGraph {
    /** How many different numbers there are. It is prime, so that no two rows of a matrix are equal. */
    private static final int NUMBERS = 65_537;

    private final GraphBuilder graph = new GraphBuilder("products");
    private final WeightFile weights;
    private final WeightFile headWeights;
    private final int hidden;
    private final int intermediate;
    private final int vocabulary;
    private final float[] numbers = new float[NUMBERS];
    private int matrices;

    private ProductsGraph(BertConfig config, WeightFile weights, WeightFile headWeights) {
        this.hidden = config.hidden();
        this.intermediate = config.intermediate();
        this.vocabulary = config.vocabulary();
        this.weights = weights;
        this.headWeights = headWeights;
        Random random = new Random(1);
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
    }

    /**
     * Writes the graph for {@link MatrixProducts}.
     *
     * @param half whether the encoder's products are in fp16, otherwise in fp32
     */
    public static void write(BertConfig config, boolean half, Path graphFile, Path weightFile) throws IOException {
        try (WeightFile weights = new WeightFile(weightFile, bytes -> {})) {
            ProductsGraph products = new ProductsGraph(config, half ? weights.halves() : weights, weights);
            products.assemble(config.layers());
            Files.write(graphFile, products.graph.build().toByteArray());
        }
    }

    private void assemble(int layers) {
        graph.input(GraphBuilder.value(MatrixProducts.ROWS, DataType.INT32, "tokens"));
        graph.input(GraphBuilder.value(MatrixProducts.MASKS, DataType.INT32, "masks"));
        graph.output(MatrixProducts.PRODUCT, DataType.FLOAT, 1, hidden);
        String from = graph.constant("from", 0);
        String to = graph.constant("to", hidden);
        String columns = graph.constant("columns", 1);
        String rows = graph.standard(
                "Gather", List.of(matrix(weights, "table", MatrixProducts.TABLE, hidden, 1), MatrixProducts.ROWS));
        for (int i = 0; i < layers; i++) {
            String name = "layer." + i;
            String wide = product(weights, rows, name + ".qkv", hidden, 3 * hidden);
            String third = graph.standard("Slice", List.of(wide, from, to, columns));
            if (i == layers - 1) {
                third = graph.standard("Gather", List.of(third, MatrixProducts.MASKS));
            }
            String attended = product(weights, third, name + ".attention", hidden, hidden);
            String inner = product(weights, attended, name + ".intermediate", hidden, intermediate);
            rows = product(weights, inner, name + ".output", intermediate, hidden);
        }
        String wide = graph.standard("Cast", List.of(rows), attribute("to", DataType.FLOAT.getNumber()));
        String head = product(headWeights, wide, "head", hidden, hidden);
        String decoded = product(headWeights, head, "decoder", hidden, vocabulary);
        String cut = graph.standard("Slice", List.of(decoded, from, to, columns));
        graph.standardInto(MatrixProducts.PRODUCT, "Gather", List.of(cut, graph.constant("first", 0)));
    }

    private String product(WeightFile file, String rows, String name, int in, int out) {
        return graph.standard("MatMul", List.of(rows, matrix(file, name, in, out, 1 / Math.sqrt(in))));
    }

    /** @param deviation the numbers' standard deviation */
    private String matrix(WeightFile file, String name, int rows, int columns, double deviation) {
        float[] values = new float[rows * columns];
        int first = 101 * matrices++;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (numbers[(first + i) % NUMBERS] * deviation);
        }
        return graph.constant(file.put(name, values, rows, columns));
    }
}
