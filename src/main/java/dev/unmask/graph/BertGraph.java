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
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The graph of BertForMaskedLM (Devlin et al. 2019; tensor names and formulas as in transformers' {@code
 * modeling_bert.py}) with four differences, which change the amount of arithmetic but not its result:
 *
 * <ul>
 * <li>there is no padding: everything except attention works on packed tokens {@code [tokens, hidden]}, and attention on a
 * view
 *       of them in rows of one length;
 *   <li>the masked-LM head runs at mask positions only;
 *   <li>query, key and value are one product {@code [hidden, 3 * hidden]};
 *   <li>the embedding of token type 0, which every token of a single text has, is added to the position embeddings once,
 *       here.
 * </ul>
 *
 * <p>A checkpoint with CXR-BERT's projection head has a second output, the text embeddings. ONNX Runtime always computes
 * both outputs; compared to the encoder the head is cheap.
 *
 * <p>In fp16 the encoder's weights and activations have 16 bits. The CUDA provider computes its softmax, and in strict mode
 * the sums of its layer norms, in 32 bits. The heads compute entirely in 32 bits: they run on few rows, and the
 * probabilities depend on them.
 *
 * <p>Operators are fused if ONNX Runtime's CPU and CUDA providers both have the fusion. Inputs and outputs are those of
 * {@link GraphNames}.
 */
public final class BertGraph {
    private final Checkpoint checkpoint;
    private final BertConfig config;
    private final WeightFile weights;
    private final WeightFile headWeights;
    private final GraphBuilder graph = new GraphBuilder("bert-fill-mask");
    private final AttributeProto epsilon;
    private final Products products;
    private final Recipe recipe;
    private final List<String> observed = new ArrayList<>();

    private BertGraph(Checkpoint checkpoint, WeightFile weights, Recipe recipe) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.weights = recipe.half() ? weights.halves() : weights;
        this.headWeights = weights;
        this.epsilon = attribute("epsilon", (float) config.layerNormEpsilon());
        this.recipe = recipe;
        this.products = products(recipe, graph, this.weights);
    }

    private static Products products(Recipe recipe, GraphBuilder graph, WeightFile weights) {
        return recipe.precision() == Precision.INT8
                ? new Int8Products(graph, weights)
                : new FloatProducts(graph, weights, recipe.width());
    }

    private static Products headProducts(Recipe recipe, GraphBuilder graph, WeightFile weights) {
        return recipe.half() ? new FloatProducts(graph, weights, Float.BYTES) : products(recipe, graph, weights);
    }

    /**
     * Writes the graph.
     *
     * @param checkpoint the tensors; never more than two matrices of a layer are on the heap at a time
     * @param recipe how to make the graph
     * @param graphFile the ONNX file to create
     * @param weightFile the external weights to create, in the same folder
     * @param written receives the bytes of each written piece, for progress; see {@link #weightBytes}
     * @throws IOException when a file can't be written
     */
    public static void write(
            Checkpoint checkpoint, Recipe recipe, Path graphFile, Path weightFile, LongConsumer written)
            throws IOException {
        BertGraph bert;
        try (WeightFile weights = new WeightFile(weightFile, written)) {
            bert = new BertGraph(checkpoint, weights, recipe);
            bert.assemble();
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(graphFile))) {
            bert.graph.build().writeTo(file);
        }
    }

    /** How many bytes of weights {@link #write} will write for a model. */
    public static long weightBytes(Checkpoint checkpoint, Recipe recipe) {
        BertConfig config = checkpoint.config();
        long hidden = config.hidden();
        long vocabulary = config.vocabulary();
        GraphBuilder unwritten = new GraphBuilder("unwritten");
        Products products = products(recipe, unwritten, null);
        Products headProducts = headProducts(recipe, unwritten, null);
        long layer = products.bytes(hidden, 3 * hidden)
                + products.bytes(hidden, hidden)
                + products.bytes(hidden, config.intermediate())
                + products.bytes(config.intermediate(), hidden)
                + recipe.width() * (9 * hidden + config.intermediate())
                + (recipe.magnitudes().isPresent() ? Float.BYTES * 2 * hidden : 0);
        long embeddings = recipe.width() * (vocabulary + config.positions() + 2L) * hidden;
        long head = headProducts.bytes(hidden, hidden)
                + headProducts.bytes(hidden, vocabulary)
                + Float.BYTES * (3 * hidden + vocabulary);
        long projection = checkpoint.projection().isPresent() ? Float.BYTES * ProjectionGraph.weights(config) : 0;
        return config.layers() * layer + embeddings + head + projection;
    }

    private void assemble() {
        BatchInputs.all().forEach(graph::input);
        HeadGraph head =
                new HeadGraph(checkpoint.head(), config, graph, headWeights, headProducts(recipe, graph, headWeights));
        head.declare();

        String wordEmbeddings = graph.constant(weights.copy("word_embeddings", checkpoint.wordEmbeddings()));
        String states = embeddings(wordEmbeddings);
        PackedAttention attention = new PackedAttention(graph, config, recipe.half());
        for (int i = 0; i < config.layers(); i++) {
            states = layer(i, states, attention);
        }
        if (recipe.observing()) {
            graph.output(GraphBuilder.value(GraphNames.MAGNITUDES, DataType.FLOAT, observed.size(), config.hidden()));
            graph.standardInto(GraphNames.MAGNITUDES, "Concat", observed, attribute("axis", 0));
        }
        String lastStates = states;
        head.add(rows -> headRows(lastStates, rows));
        checkpoint.projection().ifPresent(projection -> new ProjectionGraph(projection, config, graph, headWeights)
                .add(rows -> headRows(lastStates, rows)));
    }

    /** Some rows of the hidden states, in the 32 bits that the heads compute in. */
    private String headRows(String states, String rows) {
        String chosen = graph.standard("Gather", List.of(states, rows));
        return recipe.half()
                ? graph.standard("Cast", List.of(chosen), attribute("to", DataType.FLOAT.getNumber()))
                : chosen;
    }

    /** Hidden states {@code [tokens, hidden]} of the embeddings. */
    private String embeddings(String wordEmbeddings) {
        String positionEmbeddings =
                graph.constant(weights.put("position_embeddings", positions(), config.positions(), config.hidden()));
        String words = graph.standard("Gather", List.of(wordEmbeddings, GraphNames.INPUT_IDS));
        String positions = graph.standard("Gather", List.of(positionEmbeddings, GraphNames.POSITION_IDS));
        Norm norm = checkpoint.embeddingNorm();
        return graph.contrib(
                "SkipLayerNormalization",
                List.of(
                        words,
                        positions,
                        constant("embeddings.norm.weight", norm.weight()),
                        constant("embeddings.norm.bias", norm.bias())),
                epsilon);
    }

    private float[] positions() {
        float[] positions = FiniteWeights.all(checkpoint.positionEmbeddings());
        float[] type = new float[config.hidden()];
        FiniteWeights.read(checkpoint.tokenTypeEmbeddings(), 0, type, 0, type.length);
        for (int i = 0; i < positions.length; i++) {
            positions[i] += type[i % type.length];
        }
        return positions;
    }

    private String layer(int i, String states, PackedAttention attention) {
        String name = "layer." + i;
        Layer layer = checkpoint.layer(i);
        float[] output = MatrixWeights.of(layer.attentionOutput());
        String context = context(i, states, attention, output);
        observe(context);
        String attended = products.product(name + ".attention", context, GraphNames.INPUT_IDS, output, config.hidden());
        String normed = skipNorm(
                name + ".attention",
                attended,
                states,
                FiniteWeights.all(layer.attentionOutput().bias()),
                layer.attentionNorm());
        observe(normed);
        float[] inner = MatrixWeights.of(layer.intermediate());
        String even = evened(
                name + ".intermediate", normed, inner, recipe.magnitudes().map(known -> known.intermediate()[i]));
        String active = ActivationNode.add(
                graph,
                config.activation(),
                products.product(name + ".intermediate", even, GraphNames.INPUT_IDS, inner, config.intermediate()),
                constant(name + ".intermediate.bias", layer.intermediate().bias()));
        float[] bias = FiniteWeights.all(layer.output().bias());
        String last = products.product(
                name + ".output", active, GraphNames.INPUT_IDS, MatrixWeights.of(layer.output()), bias, leastActive());
        return skipNorm(name + ".output", last, normed, bias, layer.outputNorm());
    }

    /**
     * The context that attention computes.
     *
     * @param output the output product's matrix, {@code [hidden, hidden]}; its rows are scaled inversely to the values'
     *     columns
     */
    private String context(int i, String states, PackedAttention attention, float[] output) {
        String name = "layer." + i + ".qkv";
        Layer layer = checkpoint.layer(i);
        int hidden = config.hidden();
        List<Linear> linears = List.of(layer.query(), layer.key(), layer.value());
        float[] weight = new float[hidden * 3 * hidden];
        float[] bias = new float[3 * hidden];
        for (int part = 0; part < linears.size(); part++) {
            MatrixWeights.transpose(linears.get(part).weight(), weight, 3 * hidden, part * hidden);
            FiniteWeights.read(linears.get(part).bias(), 0, bias, part * hidden, hidden);
        }
        recipe.magnitudes().ifPresent(known -> {
            float[] factors = Smoothing.factors(known.context()[i], output);
            Smoothing.multiplyRows(output, factors);
            Smoothing.divideColumns(weight, 3 * hidden, 2 * hidden, factors);
            Smoothing.divideColumns(bias, 3 * hidden, 2 * hidden, factors);
        });
        observe(states);
        String even = evened(name, states, weight, recipe.magnitudes().map(known -> known.attention()[i]));
        String qkv = products.product(name, even, GraphNames.INPUT_IDS, weight, 3 * hidden);
        return attention.context(qkv, graph.constant(weights.put(name + ".bias", bias, bias.length)));
    }

    private void observe(String rows) {
        if (recipe.observing()) {
            observed.add(graph.standard(
                    "ReduceMax", List.of(graph.standard("Abs", List.of(rows))), attribute("axes", new long[] {0})));
        }
    }

    /** Rows with smoothed channels, adapting {@code weight}, if their magnitudes are known. */
    private String evened(String name, String rows, float[] weight, Optional<float[]> largest) {
        if (largest.isEmpty()) {
            return rows;
        }
        float[] factors = Smoothing.factors(largest.get(), weight);
        Smoothing.multiplyRows(weight, factors);
        float[] inverse = Smoothing.inverse(factors);
        return graph.standard(
                "Mul", List.of(rows, graph.constant(weights.put(name + ".even", inverse, inverse.length))));
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
