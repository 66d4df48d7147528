package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which operators compute each row of a {@code [batch, length, …]} value from the same row of their inputs, so that they
 * can also be applied to a selection of rows. Operators that aren't listed count as not row-wise.
 */
final class RowWise {
    /** One input, element by element. */
    private static final Set<String> UNARY = Set.of(
            "Abs",
            "Cast",
            "Elu",
            "Erf",
            "Exp",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Identity",
            "LeakyRelu",
            "Log",
            "Mish",
            "Neg",
            "QuickGelu",
            "Reciprocal",
            "Relu",
            "Selu",
            "Sigmoid",
            "Softplus",
            "Sqrt",
            "Tanh");

    /** Several inputs, element by element; constants of rank 0 or 1 run along the last axis. */
    private static final Set<String> ELEMENTWISE =
            Set.of("Add", "BiasGelu", "Div", "FastGelu", "Max", "Min", "Mul", "Pow", "Sub", "Sum");

    /** A norm over the last axis; its first input is data. */
    private static final Set<String> NORMS =
            Set.of("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization");

    private static final int RANK = 3;

    private RowWise() {}

    /** Whether a domain is the standard operators'. */
    static boolean standard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /**
     * The inputs from which a node computes its rows.
     *
     * @param output the node's output in question
     * @return empty if that output isn't row-wise
     */
    static Optional<List<String>> data(NodeProto node, int output, Constants constants) {
        if (!standard(node.getDomain()) && !node.getDomain().equals("com.microsoft")) {
            return Optional.empty();
        }
        List<String> data = node.getInputList().stream()
                .filter(input -> !input.isEmpty() && !constants.contains(input))
                .distinct()
                .toList();
        return !data.isEmpty() && rowWise(node, output, data, constants) ? Optional.of(data) : Optional.empty();
    }

    private static boolean rowWise(NodeProto node, int output, List<String> data, Constants constants) {
        String operator = node.getOpType();
        if (operator.equals("Split")) {
            return data.get(0).equals(node.getInput(0)) && last(axis(node, 0));
        }
        if (output != 0) {
            return false;
        }
        if (UNARY.contains(operator)) {
            return node.getInputCount() == 1;
        }
        if (ELEMENTWISE.contains(operator)) {
            return vectors(node, constants);
        }
        if (NORMS.contains(operator)) {
            return onlyFirst(node, data) && vectors(node, constants) && last(axis(node, -1));
        }
        return switch (operator) {
            case "MatMul" ->
                node.getInputCount() == 2 && onlyFirst(node, data) && constants.rank(node.getInput(1)) == 2;
            case "SkipLayerNormalization", "SkipSimplifiedLayerNormalization" -> vectors(node, constants);
            case "ReduceMean" -> onlyFirst(node, data) && keeps(node) && last(axes(node, constants));
            default -> false;
        };
    }

    private static boolean onlyFirst(NodeProto node, List<String> data) {
        return data.size() == 1 && data.get(0).equals(node.getInput(0));
    }

    /** Whether all constants have at most one dimension, so that they are the same for each row. */
    private static boolean vectors(NodeProto node, Constants constants) {
        return node.getInputList().stream()
                .filter(constants::contains)
                .mapToInt(constants::rank)
                .allMatch(rank -> rank == 0 || rank == 1);
    }

    private static boolean last(long axis) {
        return axis == -1 || axis == RANK - 1;
    }

    private static long axis(NodeProto node, long otherwise) {
        return attribute(node, "axis").map(AttributeProto::getI).orElse(otherwise);
    }

    private static boolean keeps(NodeProto node) {
        return attribute(node, "keepdims").map(AttributeProto::getI).orElse(1L) == 1;
    }

    /** The only axis of a reduction, an attribute before opset 18 and an input since; 0 if unknown. */
    private static long axes(NodeProto node, Constants constants) {
        List<Long> axes = node.getInputCount() > 1
                ? constants.integers(node.getInput(1))
                : attribute(node, "axes").map(AttributeProto::getIntsList).orElse(List.of());
        return axes.size() == 1 ? axes.get(0) : 0;
    }

    private static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }
}
