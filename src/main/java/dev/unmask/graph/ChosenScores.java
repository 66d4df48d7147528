package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;

/**
 * Chooses the scores that answers need on the device: for a batch of 128 masks, a GPU would otherwise copy 15.6 MB. On a CPU
 * it is one conditional node, so that a run that reads whole rows doesn't pay for it; on CUDA, where nearly every run
 * chooses, it is unconditional, since the condition costs more than the choice of a single score.
 */
final class ChosenScores {
    private static final String PREFIX = "unmask.chosen.";
    private static final String WIDE_TOKENS = "wide_tokens";

    private ChosenScores() {}

    /** The declarations of the outputs. */
    static List<ValueInfoProto> outputs() {
        return List.of(
                GraphBuilder.value(GraphNames.BEST_SCORES, DataType.FLOAT, "chosen_masks", "chosen"),
                GraphBuilder.value(GraphNames.BEST_TOKENS, DataType.INT32, "chosen_masks", "chosen"),
                GraphBuilder.value(GraphNames.PLACED_SCORES, DataType.FLOAT, "placed"));
    }

    /** The node that computes the outputs from {@link GraphNames#SCORES} if {@link GraphNames#CHOOSE}. */
    static NodeProto ifWanted() {
        return GraphBuilder.node(
                        "If",
                        List.of(GraphNames.CHOOSE),
                        List.of(GraphNames.BEST_SCORES, GraphNames.BEST_TOKENS, GraphNames.PLACED_SCORES),
                        branch("then_branch", "", chosen(PREFIX)),
                        branch("else_branch", "no_", nothing()))
                .setName(PREFIX + "if")
                .build();
    }

    /** The nodes that always compute them. */
    static List<NodeProto> always() {
        return chosen("");
    }

    /** @param prefix of the outputs' names: those in a branch must not have the names of the graph's */
    private static List<NodeProto> chosen(String prefix) {
        return List.of(
                node(
                        "TopK",
                        List.of(GraphNames.SCORES, GraphNames.BEST),
                        List.of(prefix + GraphNames.BEST_SCORES, PREFIX + WIDE_TOKENS)),
                node(
                        "Cast",
                        List.of(PREFIX + WIDE_TOKENS),
                        List.of(prefix + GraphNames.BEST_TOKENS),
                        GraphBuilder.attribute("to", DataType.INT32.getNumber())),
                node(
                        "GatherND",
                        List.of(GraphNames.SCORES, GraphNames.PLACES),
                        List.of(prefix + GraphNames.PLACED_SCORES)));
    }

    private static List<NodeProto> nothing() {
        return List.of(
                constant("no_" + GraphNames.BEST_SCORES, DataType.FLOAT, 1, 1),
                constant("no_" + GraphNames.BEST_TOKENS, DataType.INT32, 1, 1),
                constant("no_" + GraphNames.PLACED_SCORES, DataType.FLOAT, 1));
    }

    private static AttributeProto branch(String name, String prefix, List<NodeProto> nodes) {
        GraphProto.Builder branch =
                GraphProto.newBuilder().setName(PREFIX + name).addAllNode(nodes);
        outputs().forEach(output -> branch.addOutput(output.toBuilder().setName(PREFIX + prefix + output.getName())));
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(branch)
                .build();
    }

    private static NodeProto node(
            String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        return GraphBuilder.node(operator, inputs, outputs, attributes).build();
    }

    private static NodeProto constant(String name, DataType type, long... shape) {
        TensorProto.Builder zero = TensorProto.newBuilder().setDataType(type.getNumber());
        for (long dimension : shape) {
            zero.addDims(dimension);
        }
        if (type == DataType.FLOAT) {
            zero.addFloatData(0);
        } else {
            zero.addInt32Data(0);
        }
        AttributeProto value = AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(zero)
                .build();
        return node("Constant", List.of(), List.of(PREFIX + name), value);
    }
}
