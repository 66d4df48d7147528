package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The inputs and output of a standard export.
 *
 * @param tokenTypes whether it has the input {@code token_type_ids}
 * @param vocabulary the last dimension of {@code logits}; empty if the graph leaves it open
 */
record ExportContract(boolean tokenTypes, OptionalInt vocabulary) {
    static final String ATTENTION_MASK = "attention_mask";
    static final String TOKEN_TYPE_IDS = "token_type_ids";

    private static final List<String> NEEDED = List.of(GraphNames.INPUT_IDS, ATTENTION_MASK);

    /**
     * Checks a graph's inputs and output.
     *
     * @param file its name in messages
     * @throws Fault of kind MODEL_REFUSED naming the first input or output that doesn't fit
     */
    static ExportContract of(GraphProto graph, String file) {
        // Before IR version 4 the weights are listed as inputs too.
        Set<String> weights = graph.getInitializerList().stream()
                .map(TensorProto::getName)
                .collect(Collectors.toCollection(HashSet::new));
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .toList();
        for (String needed : NEEDED) {
            if (inputs.stream().noneMatch(input -> input.getName().equals(needed))) {
                throw Fault.modelRefused(
                        "%s has no input \"%s\" but %s; a masked language model's export has input_ids and attention_mask, and optionally token_type_ids."
                                .formatted(file, needed, names(inputs)));
            }
        }
        inputs.forEach(input -> checkInput(input, file));
        boolean tokenTypes = inputs.stream().anyMatch(input -> input.getName().equals(TOKEN_TYPE_IDS));
        return new ExportContract(tokenTypes, vocabulary(graph.getOutputList(), file));
    }

    private static void checkInput(ValueInfoProto input, String file) {
        String name = input.getName();
        if (!NEEDED.contains(name) && !name.equals(TOKEN_TYPE_IDS)) {
            throw Fault.modelRefused(
                    "%s has an unknown input \"%s\"; supported are input_ids, attention_mask and token_type_ids."
                            .formatted(file, Wording.plain(name)));
        }
        TypeProto.Tensor type = input.getType().getTensorType();
        if (type.getElemType() != DataType.INT64.getNumber()) {
            throw Fault.modelRefused("%s has its input \"%s\" as %s; it must be INT64."
                    .formatted(file, name, ExportedFile.type(type.getElemType())));
        }
        List<Dimension> shape = type.getShape().getDimList();
        if (shape.size() != 2) {
            throw Fault.modelRefused("%s has its input \"%s\" with %d dimensions; it must have two, batch and length."
                    .formatted(file, name, shape.size()));
        }
        for (Dimension dimension : shape) {
            if (dimension.hasDimValue()) {
                throw Fault.modelRefused(
                        "%s fixes a dimension of its input \"%s\" at %d; batch and length must be free: export it with dynamic axes."
                                .formatted(file, name, dimension.getDimValue()));
            }
        }
    }

    private static OptionalInt vocabulary(List<ValueInfoProto> outputs, String file) {
        ValueInfoProto logits = outputs.stream()
                .filter(output -> output.getName().equals(GraphNames.LOGITS))
                .findFirst()
                .orElseThrow(() -> Fault.modelRefused(
                        "%s has no output \"logits\" but %s; it is not an export of a masked language model (task fill-mask)."
                                .formatted(file, names(outputs))));
        TypeProto.Tensor type = logits.getType().getTensorType();
        if (type.getElemType() != DataType.FLOAT.getNumber()) {
            throw Fault.modelRefused("%s has \"logits\" as %s; it must be FLOAT."
                    .formatted(file, ExportedFile.type(type.getElemType())));
        }
        if (!type.hasShape()) {
            return OptionalInt.empty();
        }
        List<Dimension> shape = type.getShape().getDimList();
        if (shape.size() != 3) {
            throw Fault.modelRefused(
                    "%s has \"logits\" with %d dimensions; it must have three, batch, length and vocabulary: a model for whole texts can't fill masks."
                            .formatted(file, shape.size()));
        }
        Dimension last = shape.get(2);
        if (!last.hasDimValue()) {
            return OptionalInt.empty();
        }
        if (last.getDimValue() < 1 || last.getDimValue() > Integer.MAX_VALUE) {
            throw Fault.modelRefused(
                    "%s has %d logits per position; that is not a vocabulary.".formatted(file, last.getDimValue()));
        }
        return OptionalInt.of((int) last.getDimValue());
    }

    private static String names(List<ValueInfoProto> values) {
        return values.isEmpty()
                ? "none"
                : values.stream()
                        .limit(5)
                        .map(value -> Wording.plain(value.getName()))
                        .collect(Collectors.joining(", "));
    }
}
