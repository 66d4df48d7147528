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
 * Chooses the scores that answers need on the device: for a batch of 128 masks, a GPU would otherwise copy 15.6 MB. It is
 * one conditional node, so that a run that reads whole rows doesn't pay for it.
 */
final class ChosenScores {
    private static final String PREFIX = "unmask.chosen.";

    private ChosenScores() {}

    /** The declarations of {@link #node}'s outputs. */
    static List<ValueInfoProto> outputs() {
        return List.of(
                GraphBuilder.value(GraphNames.BEST_SCORES, DataType.FLOAT, "chosen_masks", "chosen"),
                GraphBuilder.value(GraphNames.BEST_TOKENS, DataType.INT32, "chosen_masks", "chosen"),
                GraphBuilder.value(GraphNames.PLACED_SCORES, DataType.FLOAT, "placed"));
    }

    /** The node that computes the outputs from {@link GraphNames#SCORES}. */
    static NodeProto node() {
        return NodeProto.newBuilder()
                .setName(PREFIX + "if")
                .setOpType("If")
                .addInput(GraphNames.CHOOSE)
                .addOutput(GraphNames.BEST_SCORES)
                .addOutput(GraphNames.BEST_TOKENS)
                .addOutput(GraphNames.PLACED_SCORES)
                .addAttribute(branch("then_branch", "", chosen()))
                .addAttribute(branch("else_branch", "no_", nothing()))
                .build();
    }

    private static List<NodeProto> chosen() {
        return List.of(
                node("TopK", List.of(GraphNames.SCORES, GraphNames.BEST), GraphNames.BEST_SCORES, "wide_tokens"),
                NodeProto.newBuilder()
                        .setName(PREFIX + GraphNames.BEST_TOKENS)
                        .setOpType("Cast")
                        .addInput(PREFIX + "wide_tokens")
                        .addOutput(PREFIX + GraphNames.BEST_TOKENS)
                        .addAttribute(GraphBuilder.attribute("to", DataType.INT32.getNumber()))
                        .build(),
                node("GatherND", List.of(GraphNames.SCORES, GraphNames.PLACES), GraphNames.PLACED_SCORES));
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

    private static NodeProto node(String operator, List<String> inputs, String... outputs) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(PREFIX + outputs[0])
                .setOpType(operator)
                .addAllInput(inputs);
        List.of(outputs).forEach(output -> node.addOutput(PREFIX + output));
        return node.build();
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
        return NodeProto.newBuilder()
                .setName(PREFIX + name)
                .setOpType("Constant")
                .addOutput(PREFIX + name)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(zero))
                .build();
    }
}
