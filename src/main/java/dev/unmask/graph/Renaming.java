package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.unmask.engine.GraphNames;
import java.util.Set;

/** Renames an export's values that clash with ours: its {@code input_ids} are not the engine's. */
final class Renaming {
    /** The prefix of all values that an import adds or renames. */
    static final String PREFIX = "unmask.";

    private static final Set<String> TAKEN = Set.of(
            GraphNames.INPUT_IDS,
            GraphNames.POSITION_IDS,
            GraphNames.LENGTHS,
            GraphNames.PADDED_TOKENS,
            GraphNames.TOKEN_CELLS,
            GraphNames.MASK_POSITIONS,
            GraphNames.LOGITS,
            GraphNames.SCORES,
            GraphNames.CHOOSE,
            GraphNames.BEST,
            GraphNames.PLACES,
            GraphNames.BEST_SCORES,
            GraphNames.BEST_INDICES,
            GraphNames.PLACED_SCORES,
            ExportContract.ATTENTION_MASK,
            ExportContract.TOKEN_TYPE_IDS);

    private Renaming() {}

    /** The name of an export's value after the import. */
    static String name(String value) {
        return TAKEN.contains(value) ? PREFIX + value : value;
    }

    /** A node with its values renamed, including those that the bodies of conditions and loops use. */
    static NodeProto of(NodeProto node) {
        NodeProto.Builder builder = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            builder.setInput(i, name(node.getInput(i)));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            builder.setOutput(i, name(node.getOutput(i)));
        }
        for (int i = 0; i < node.getAttributeCount(); i++) {
            AttributeProto attribute = node.getAttribute(i);
            if (attribute.hasG()) {
                builder.setAttribute(i, attribute.toBuilder().setG(body(attribute.getG())));
            }
        }
        return builder.build();
    }

    /** A body's own inputs and outputs are matched by position, so renaming everything inside consistently keeps its meaning. */
    private static GraphProto body(GraphProto body) {
        GraphProto.Builder builder = body.toBuilder();
        builder.clearNode();
        body.getNodeList().forEach(node -> builder.addNode(of(node)));
        builder.getInputBuilderList().forEach(value -> value.setName(name(value.getName())));
        builder.getOutputBuilderList().forEach(value -> value.setName(name(value.getName())));
        builder.getValueInfoBuilderList().forEach(value -> value.setName(name(value.getName())));
        builder.getInitializerBuilderList().forEach(tensor -> tensor.setName(name(tensor.getName())));
        return builder.build();
    }

    /** A node with one of its inputs replaced. */
    static NodeProto input(NodeProto node, String from, String to) {
        NodeProto.Builder builder = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(from)) {
                builder.setInput(i, to);
            }
        }
        return builder.build();
    }
}
