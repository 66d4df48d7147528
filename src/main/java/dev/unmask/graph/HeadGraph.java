package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Head;
import dev.unmask.checkpoint.Tensor;
import dev.unmask.engine.GraphNames;
import java.util.List;

/** The part of a graph that computes logits and scores: the masked-LM head, at mask positions only. */
final class HeadGraph {
    private final Head head;
    private final BertConfig config;
    private final GraphBuilder graph;
    private final WeightFile weights;
    private final Products decoderProducts;
    private final Precision precision;
    private final ChosenScores chosen;

    /** @param precision of the model */
    HeadGraph(
            Head head,
            BertConfig config,
            GraphBuilder graph,
            WeightFile weights,
            Products decoderProducts,
            Precision precision) {
        this.head = head;
        this.config = config;
        this.graph = graph;
        this.weights = weights;
        this.decoderProducts = decoderProducts;
        this.precision = precision;
        this.chosen = new ChosenScores(config.vocabulary());
    }

    /** Declares the outputs of {@link #add}. */
    void declare() {
        graph.output(GraphNames.LOGITS, DataType.FLOAT, "masks", config.vocabulary());
        graph.output(Scores.output(config.vocabulary()));
        chosen.outputs().forEach(graph::output);
    }

    /**
     * Adds the outputs.
     *
     * @param states the masks' hidden states {@code [masks, hidden]}
     */
    void add(String states) {
        // In 32 bits at every precision: it costs little, and all scores depend on it.
        Products products = new FloatProducts(graph, weights, Float.BYTES);
        String transformed = ActivationNode.add(
                graph,
                config.activation(),
                products.product(
                        "head", states, GraphNames.MASK_POSITIONS, MatrixWeights.of(head.transform()), config.hidden()),
                constant("head.bias", head.transform().bias()));
        String normed = graph.standard(
                "LayerNormalization",
                List.of(
                        transformed,
                        constant("head.norm.weight", head.norm().weight()),
                        constant("head.norm.bias", head.norm().bias())),
                attribute("epsilon", (float) config.layerNormEpsilon()));
        // A separate copy of the weights even if they are the word embeddings: ONNX Runtime packs a product's right
        // operand into its own memory and releases the file, unless another node (the lookup of words) needs it
        // unpacked.
        String decoded = decoderProducts.transposed(
                "head.decoder",
                normed,
                GraphNames.MASK_POSITIONS,
                head.decoder(),
                constant("head.decoder.bias", head.bias()));
        graph.standardInto(GraphNames.LOGITS, "Identity", List.of(decoded));
        Scores.nodes(precision).forEach(graph::add);
        graph.only(GraphBuilder.Target.CPU).add(chosen.ifWanted());
        chosen.always().forEach(graph.only(GraphBuilder.Target.CUDA)::add);
    }

    private String constant(String name, Tensor tensor) {
        return graph.constant(weights.copy(name, tensor));
    }
}
