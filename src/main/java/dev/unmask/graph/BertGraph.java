package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.checkpoint.Norm;
import dev.unmask.checkpoint.Tensor;
import dev.unmask.engine.GraphNames;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The graph of BertForMaskedLM (Devlin et al. 2019; tensor names and formulas as in transformers' {@code
 * modeling_bert.py}) with four differences, which change the amount of arithmetic but not its result:
 *
 * <ul>
 * <li>there is no padding: everything except attention works on packed tokens {@code [tokens, hidden]}, and attention on
 *       views of them in rows of one length;
 *   <li>the masked-LM head runs at mask positions only, and so does what follows the last layer's attention;
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
 * <p>Two graphs are written over the same weights, one for processors and one for CUDA. They differ in attention ({@link
 * PackedAttention}) and in the choice of scores ({@link ChosenScores}). Inputs and outputs are those of {@link GraphNames}.
 */
public final class BertGraph {
    private final Checkpoint checkpoint;
    private final BertConfig config;
    private final WeightFile weights;
    private final WeightFile headWeights;
    private final GraphBuilder graph = new GraphBuilder("bert-fill-mask");
    private final GraphBuilder cpu = graph.only(GraphBuilder.Target.CPU);
    private final GraphBuilder cuda = graph.only(GraphBuilder.Target.CUDA);
    private final AttributeProto epsilon;
    private final Products products;
    private final Recipe recipe;

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

    private static Products decoderProducts(Recipe recipe, Products products, GraphBuilder graph, WeightFile weights) {
        return recipe.half() ? new FloatProducts(graph, weights, Float.BYTES) : products.ofFewRows();
    }

    /**
     * Writes the graph.
     *
     * @param checkpoint the tensors; never more than the matrices of one layer are on the heap at a time
     * @param recipe how to make the graph
     * @param graphFile the ONNX file for processors to create; {@link #forCuda} is created as well, but not in int8
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
        write(bert.graph.build(), graphFile);
        if (recipe.forCuda()) {
            write(bert.graph.build(GraphBuilder.Target.CUDA), forCuda(graphFile));
        }
    }

    private static void write(ModelProto model, Path file) throws IOException {
        try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file))) {
            model.writeTo(bytes);
        }
    }

    /** Where the graph for CUDA lies, beside the one for processors: {@code model.cuda.onnx} beside {@code model.onnx}. */
    public static Path forCuda(Path graphFile) {
        return graphFile.resolveSibling(graphFile.getFileName().toString().replaceFirst("(\\.onnx)?$", ".cuda$1"));
    }

    /** How many bytes of weights {@link #write} will write for a model. */
    public static long weightBytes(Checkpoint checkpoint, Recipe recipe) {
        BertConfig config = checkpoint.config();
        long hidden = config.hidden();
        long vocabulary = config.vocabulary();
        GraphBuilder unwritten = new GraphBuilder("unwritten");
        Products products = products(recipe, unwritten, null);
        Products decoderProducts = decoderProducts(recipe, products, unwritten, null);
        long layer = products.bytes(hidden, 3 * hidden)
                + products.bytes(hidden, hidden)
                + products.bytes(hidden, config.intermediate())
                + products.bytes(config.intermediate(), hidden)
                + recipe.width() * (9 * hidden + config.intermediate());
        long embeddings = recipe.width() * (vocabulary + config.positions() + 2L) * hidden;
        long head = decoderProducts.bytes(hidden, vocabulary) + Float.BYTES * ((hidden + 3) * hidden + vocabulary);
        long projection = checkpoint.projection().isPresent() ? Float.BYTES * ProjectionGraph.weights(config) : 0;
        long rounding = recipe.magnitudes().isPresent() ? EncoderGraph.roundingBytes(config) : 0;
        return config.layers() * layer + rounding + embeddings + head + projection;
    }

    private void assemble() {
        BatchInputs.common().forEach(graph::input);
        BatchInputs.view().forEach(cpu::input);
        BatchInputs.longView().forEach(cpu::input);
        cpu.input(BatchInputs.choice());
        (recipe.half() ? BatchInputs.packed() : BatchInputs.view()).forEach(cuda::input);
        if (checkpoint.projection().isPresent()) {
            graph.input(BatchInputs.starts());
        } else if (recipe.half()) {
            cuda.input(BatchInputs.starts());
        }
        HeadGraph head = new HeadGraph(
                checkpoint.head(),
                config,
                graph,
                headWeights,
                decoderProducts(recipe, products, graph, headWeights),
                recipe.precision());
        head.declare();

        String wordEmbeddings = graph.constant(weights.copy("word_embeddings", checkpoint.wordEmbeddings()));
        String states = embeddings(wordEmbeddings);
        EncoderGraph encoder = new EncoderGraph(checkpoint, recipe, graph, weights, products);
        if (checkpoint.projection().isEmpty()) {
            head.add(forHeads(encoder.add(states, GraphNames.MASK_POSITIONS)));
            return;
        }
        String rows = graph.standard("Concat", List.of(GraphNames.MASK_POSITIONS, firstTokens()), attribute("axis", 0));
        String last = forHeads(encoder.add(states, rows));
        String masks = graph.standard("Shape", List.of(GraphNames.MASK_POSITIONS));
        String begin = graph.constant("first_row", 0);
        head.add(graph.standard("Slice", List.of(last, begin, masks)));
        new ProjectionGraph(checkpoint.projection().get(), config, graph, headWeights)
                .add(graph.standard("Slice", List.of(last, masks, graph.constant("no_end", Long.MAX_VALUE))));
    }

    /** Where each text begins, {@code [batch]}. */
    private String firstTokens() {
        return graph.standard(
                "Slice",
                List.of(GraphNames.TEXT_STARTS, graph.constant("first_text", 0), graph.constant("texts_end", -1)));
    }

    /** Hidden states in the 32 bits that the heads compute in. */
    private String forHeads(String states) {
        return recipe.half()
                ? graph.standard("Cast", List.of(states), attribute("to", DataType.FLOAT.getNumber()))
                : states;
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

    private String constant(String name, Tensor tensor) {
        return graph.constant(weights.copy(name, tensor));
    }
}
