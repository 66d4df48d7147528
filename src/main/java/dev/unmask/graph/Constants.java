package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of a graph that don't depend on its inputs, with their number of dimensions where it is known. */
final class Constants {
    private static final int UNKNOWN = -1;

    private static final Set<String> RANK_KEEPING = Set.of("Cast", "Identity", "Transpose");

    /** Operators whose outputs differ from run to run. */
    private static final Set<String> RANDOM = Set.of(
            "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike");

    private final Map<String, Integer> ranks = new HashMap<>();
    private final Map<String, TensorProto> tensors = new HashMap<>();

    Constants(GraphProto graph) {
        for (TensorProto tensor : graph.getInitializerList()) {
            add(tensor.getName(), tensor);
        }
        graph.getSparseInitializerList()
                .forEach(tensor -> ranks.put(tensor.getValues().getName(), tensor.getDimsCount()));
        graph.getNodeList().forEach(this::node);
    }

    private void node(NodeProto node) {
        // The body of a condition or a loop uses values that are not among the node's inputs.
        boolean body = node.getAttributeList().stream().anyMatch(AttributeProto::hasG);
        if (body
                || RANDOM.contains(node.getOpType())
                || !node.getInputList().stream().allMatch(input -> input.isEmpty() || contains(input))) {
            return;
        }
        // A damaged file may lack inputs and outputs; ONNX Runtime refuses it later.
        if (node.getOpType().equals("Constant") && node.getAttributeCount() == 1 && node.getOutputCount() == 1) {
            AttributeProto value = node.getAttribute(0);
            if (value.hasT()) {
                add(node.getOutput(0), value.getT());
                return;
            }
            ranks.put(
                    node.getOutput(0),
                    switch (value.getName()) {
                        case "value_float", "value_int" -> 0;
                        case "value_floats", "value_ints" -> 1;
                        default -> UNKNOWN;
                    });
            return;
        }
        boolean kept = RANK_KEEPING.contains(node.getOpType()) && node.getInputCount() > 0;
        int rank = kept ? rank(node.getInput(0)) : UNKNOWN;
        node.getOutputList().forEach(output -> ranks.put(output, rank));
    }

    private void add(String name, TensorProto tensor) {
        ranks.put(name, tensor.getDimsCount());
        tensors.put(name, tensor);
    }

    /** Whether a value doesn't depend on the graph's inputs. */
    boolean contains(String value) {
        return ranks.containsKey(value);
    }

    /** How many dimensions a constant has; negative where that isn't known. */
    int rank(String value) {
        return ranks.getOrDefault(value, UNKNOWN);
    }

    /** A small constant of 64-bit integers; empty if the value is something else. */
    List<Long> integers(String value) {
        TensorProto tensor = tensors.get(value);
        if (tensor == null
                || tensor.getDataType() != DataType.INT64.getNumber()
                || tensor.getDataLocation() == DataLocation.EXTERNAL
                || tensor.getRawData().size() > 64) {
            return List.of();
        }
        if (tensor.getRawData().isEmpty()) {
            return tensor.getInt64DataList();
        }
        List<Long> integers = new ArrayList<>();
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (raw.remaining() >= Long.BYTES) {
            integers.add(raw.getLong());
        }
        return integers;
    }
}
