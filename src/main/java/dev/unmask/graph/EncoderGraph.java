package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.Activation;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.checkpoint.Layer;
import dev.unmask.checkpoint.Linear;
import dev.unmask.checkpoint.Norm;
import dev.unmask.checkpoint.Tensor;
import dev.unmask.engine.GraphNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The part of a graph that computes hidden states, layer by layer. What the last layer computes after its attention is
 * needed only for the tokens that the heads read, and is computed for these only.
 */
final class EncoderGraph {
    private final Checkpoint checkpoint;
    private final BertConfig config;
    private final Recipe recipe;
    private final GraphBuilder graph;
    private final WeightFile weights;
    private final Products products;
    private final AttributeProto epsilon;
    private final PackedAttention attention;
    private final List<String> observed = new ArrayList<>();

    EncoderGraph(Checkpoint checkpoint, Recipe recipe, GraphBuilder graph, WeightFile weights, Products products) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.recipe = recipe;
        this.graph = graph;
        this.weights = weights;
        this.products = products;
        this.epsilon = attribute("epsilon", (float) config.layerNormEpsilon());
        this.attention = new PackedAttention(graph, config, recipe.half());
    }

    /** How many bytes of the weight file int8 takes beyond its products. */
    static long roundingBytes(BertConfig config) {
        long attention = EvenChannels.bytes(config.hidden(), 3 * config.hidden());
        long feedForward = EvenChannels.bytes(config.hidden(), config.intermediate()) + OutlierNeurons.bytes(config);
        return config.layers() * attention + (config.layers() - 1) * feedForward;
    }

    /**
     * Adds the encoder, and the output {@link GraphNames#MAGNITUDES} if the recipe observes them.
     *
     * @param embeddings {@code [tokens, hidden]}
     * @param rows indices of the tokens whose hidden states are needed, {@code [rows]}
     * @return their hidden states {@code [rows, hidden]}
     */
    String add(String embeddings, String rows) {
        int last = config.layers() - 1;
        String states = embeddings;
        for (int i = 0; i < last; i++) {
            states = layer(i, states);
        }
        if (!recipe.observing()) {
            return lastLayer(last, states, rows);
        }
        // Magnitudes are those of all tokens, also in the last layer.
        states = layer(last, states);
        graph.output(GraphBuilder.value(GraphNames.MAGNITUDES, DataType.FLOAT, 1, Magnitudes.width(config)));
        graph.standardInto(GraphNames.MAGNITUDES, "Concat", observed, attribute("axis", 1));
        return graph.standard("Gather", List.of(states, rows));
    }

    private String layer(int i, String states) {
        AttentionOutput output = AttentionOutput.of(checkpoint.layer(i));
        Optional<Magnitudes> known = recipe.magnitudes();
        Optional<float[]> factors = known.map(all -> Smoothing.factors(all.context()[i], output.weight()));
        Attention.Qkv qkv = qkv(i, states, factors);
        factors.ifPresent(each -> Smoothing.multiplyRows(output.weight(), each));
        String context = attention.context(qkv, Optional.empty());
        observe(context);
        return afterAttention(i, context, states, output, products, GraphNames.INPUT_IDS, known);
    }

    /** The last layer, for some tokens only: few rows, which can afford more precise products. */
    private String lastLayer(int i, String states, String rows) {
        AttentionOutput output = AttentionOutput.of(checkpoint.layer(i));
        String context = attention.context(qkv(i, states, Optional.empty()), Optional.of(rows));
        String needed = graph.standard("Gather", List.of(states, rows));
        return afterAttention(i, context, needed, output, products.ofFewRows(), rows, Optional.empty());
    }

    /**
     * Query, key and value, of which queries have a bias.
     *
     * @param factors by which the values are divided, for smoothing the next product's channels
     */
    private Attention.Qkv qkv(int i, String states, Optional<float[]> factors) {
        String name = "layer." + i + ".qkv";
        Layer layer = checkpoint.layer(i);
        int hidden = config.hidden();
        List<Linear> linears = List.of(layer.query(), layer.key(), layer.value());
        float[] weight = new float[hidden * 3 * hidden];
        float[] bias = new float[3 * hidden];
        for (int part = 0; part < linears.size(); part++) {
            MatrixWeights.transpose(linears.get(part).weight(), weight, 3 * hidden, part * hidden);
        }
        FiniteWeights.read(layer.query().bias(), 0, bias, 0, hidden);
        // Keys need no bias, but one that isn't finite shows that the checkpoint is broken.
        FiniteWeights.all(layer.key().bias());
        factors.ifPresent(each -> Smoothing.divideColumns(weight, 3 * hidden, 2 * hidden, each));
        observe(states);
        String biasName = graph.constant(weights.put(name + ".bias", bias, bias.length));
        if (recipe.half()) {
            String matrix = graph.constant(weights.put(name + ".weight", weight, hidden, 3 * hidden));
            String product = graph.only(GraphBuilder.Target.CPU).standard("MatMul", List.of(states, matrix));
            return new Attention.Qkv(product, states, matrix, biasName);
        }
        Optional<float[]> known = recipe.magnitudes().map(all -> all.attention()[i]);
        String product = evenProduct(products, name, states, GraphNames.INPUT_IDS, weight, 3 * hidden, known);
        return new Attention.Qkv(product, states, "", biasName);
    }

    /**
     * What follows attention in a layer.
     *
     * @param context {@code [rows, hidden]}
     * @param states the layer's input for the same tokens
     * @param output the product after attention
     * @param rowProducts how to multiply these rows
     * @param each has one element for each row
     * @param known magnitudes for smoothing channels and finding outliers
     */
    private String afterAttention(
            int i,
            String context,
            String states,
            AttentionOutput output,
            Products rowProducts,
            String each,
            Optional<Magnitudes> known) {
        String name = "layer." + i;
        Layer layer = checkpoint.layer(i);
        String normed = skipNorm(
                name + ".attention",
                rowProducts.product(name + ".attention", context, each, output.weight(), config.hidden()),
                states,
                output.bias(),
                layer.attentionNorm());
        observe(normed);
        float[] inner = MatrixWeights.of(layer.intermediate());
        float[] innerBias = FiniteWeights.all(layer.intermediate().bias());
        Optional<OutlierNeurons> outliers =
                known.map(all -> OutlierNeurons.takenFrom(all.neurons()[i], inner, innerBias));
        String active = ActivationNode.add(
                graph,
                config.activation(),
                evenProduct(
                        rowProducts,
                        name + ".intermediate",
                        normed,
                        each,
                        inner,
                        config.intermediate(),
                        known.map(all -> all.intermediate()[i])),
                graph.constant(weights.put(name + ".intermediate.bias", innerBias, innerBias.length)));
        observe(active);
        float[] outer = MatrixWeights.of(layer.output());
        UnaryOperator<String> withOutliers = outliers.map(
                        few -> few.block(graph, weights, name, config.activation(), normed, outer))
                .orElse(UnaryOperator.identity());
        float[] bias = FiniteWeights.all(layer.output().bias());
        String last = rowProducts.product(name + ".output", active, each, outer, bias, leastActive());
        return skipNorm(name + ".output", withOutliers.apply(last), normed, bias, layer.outputNorm());
    }

    private void observe(String rows) {
        if (recipe.observing()) {
            observed.add(graph.standard(
                    "ReduceMax", List.of(graph.standard("Abs", List.of(rows))), attribute("axes", new long[] {0})));
        }
    }

    /** A product whose channels are made even if their magnitudes are known. */
    private String evenProduct(
            Products rowProducts,
            String name,
            String rows,
            String each,
            float[] weight,
            int out,
            Optional<float[]> known) {
        if (known.isEmpty()) {
            return rowProducts.product(name, rows, each, weight, out);
        }
        EvenChannels even = EvenChannels.of(known.get(), weight);
        String scaled = even.scaled(graph, weights, name, rows);
        return rowProducts.product(name, scaled, each, even.weight(), out, even.copies());
    }

    /** A lower bound of the activation: GELU has its minimum, -0.17004, near -0.75. */
    private float leastActive() {
        return config.activation() == Activation.RELU ? 0 : -0.1701f;
    }

    /** {@code layerNorm(product + bias + skip)}. */
    private String skipNorm(String name, String product, String skip, float[] bias, Norm norm) {
        return graph.contrib(
                "SkipLayerNormalization",
                List.of(
                        product,
                        skip,
                        constant(name + ".norm.weight", norm.weight()),
                        constant(name + ".norm.bias", norm.bias()),
                        graph.constant(weights.put(name + ".bias", bias, bias.length))),
                epsilon);
    }

    private String constant(String name, Tensor tensor) {
        return graph.constant(weights.copy(name, tensor));
    }
}
