package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Builds an ONNX model node by node. It knows the format, but not what the nodes compute. From one graph two models can be
 * made, which share their weights: one for processors and one for CUDA.
 * What is added to {@link #only} one of them is not in the other.
 */
final class GraphBuilder {
    /** Which model. */
    enum Target {
        /** For processors. */
        CPU,
        /** For CUDA only. */
        CUDA
    }

    /** The version of the standard operators, the first with LayerNormalization. */
    private static final long OPSET = 17;

    /** The format's version that goes with opset 17 (ONNX, docs/Versioning.md). */
    private static final long IR_VERSION = 8;

    /** ONNX Runtime's own operators (onnxruntime, docs/ContribOperators.md). */
    private static final String CONTRIB = "com.microsoft";

    private final Map<Target, GraphProto.Builder> graphs;
    private final AtomicInteger names;

    GraphBuilder(String name) {
        this(new EnumMap<>(Target.class), new AtomicInteger());
        for (Target target : Target.values()) {
            graphs.put(target, GraphProto.newBuilder().setName(name));
        }
    }

    private GraphBuilder(Map<Target, GraphProto.Builder> graphs, AtomicInteger names) {
        this.graphs = graphs;
        this.names = names;
    }

    /** The same graph, for what belongs to one model only. */
    GraphBuilder only(Target target) {
        return new GraphBuilder(Map.of(target, graphs.get(target)), names);
    }

    /** Declares an input. */
    void input(ValueInfoProto declaration) {
        graphs.values().forEach(graph -> graph.addInput(declaration));
    }

    /** Declares an output; a dimension is a number or a name. */
    void output(String name, TensorProto.DataType type, Object... shape) {
        output(value(name, type, shape));
    }

    /** Declares an output. */
    void output(ValueInfoProto declaration) {
        graphs.values().forEach(graph -> graph.addOutput(declaration));
    }

    /** Adds a node as it is. */
    void add(NodeProto node) {
        graphs.values().forEach(graph -> graph.addNode(node));
    }

    /** Adds a constant and returns its name. */
    String constant(TensorProto tensor) {
        graphs.values().forEach(graph -> graph.addInitializer(tensor));
        return tensor.getName();
    }

    /** Adds a constant vector of 64-bit integers and returns its name. */
    String constant(String name, long... values) {
        return constant(longs(values).setName(name).build());
    }

    /** Adds a constant of 32-bit integers and returns its name. */
    String constant(String name, int[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.INT32.getNumber());
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        for (int value : values) {
            tensor.addInt32Data(value);
        }
        return constant(tensor.build());
    }

    /** Adds a constant 32-bit integer without dimensions and returns its name. */
    String scalar(String name, int value) {
        return constant(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT32.getNumber())
                .addInt32Data(value)
                .build());
    }

    /** Adds a constant floating point number without dimensions and returns its name. */
    String scalar(String name, float value) {
        return constant(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build());
    }

    /** Adds a standard operator with one output and returns the output's name. */
    String standard(String operator, List<String> inputs, AttributeProto... attributes) {
        return node("", operator, inputs, List.of(fresh(operator)), attributes).get(0);
    }

    /** Adds a standard operator with several outputs and returns their names. */
    List<String> standard(String operator, List<String> inputs, int outputs, AttributeProto... attributes) {
        return node("", operator, inputs, fresh(operator, outputs), attributes);
    }

    /** Adds one of ONNX Runtime's own operators and returns its first output's name. An absent input is "". */
    String contrib(String operator, List<String> inputs, AttributeProto... attributes) {
        return node(CONTRIB, operator, inputs, List.of(fresh(operator)), attributes)
                .get(0);
    }

    /** The same for an operator that needs {@code outputs} outputs even if only the first is used. */
    String contrib(String operator, int outputs, List<String> inputs, AttributeProto... attributes) {
        return node(CONTRIB, operator, inputs, fresh(operator, outputs), attributes)
                .get(0);
    }

    /** Adds a standard operator whose output has this name. */
    void standardInto(String name, String operator, List<String> inputs, AttributeProto... attributes) {
        node("", operator, inputs, List.of(name), attributes);
    }

    /** Adds one of ONNX Runtime's own operators whose output has this name. */
    void contribInto(String name, String operator, List<String> inputs, AttributeProto... attributes) {
        node(CONTRIB, operator, inputs, List.of(name), attributes);
    }

    /** A vector of 64-bit integers. */
    static TensorProto.Builder longs(long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor;
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, long[] values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /** The model for processors. */
    ModelProto build() {
        return build(Target.CPU);
    }

    ModelProto build(Target target) {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("unmask")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(CONTRIB).setVersion(1))
                .setGraph(graphs.get(target))
                .build();
    }

    private List<String> node(
            String domain, String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        add(node(operator, inputs, outputs, attributes).setDomain(domain).build());
        return outputs;
    }

    /** A node of a standard operator, named after its first output. */
    static NodeProto.Builder node(
            String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setName(outputs.get(0))
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes));
    }

    /** A name that nothing has yet. */
    String fresh(String operator) {
        return operator + "_" + names.getAndIncrement();
    }

    private List<String> fresh(String operator, int count) {
        return IntStream.range(0, count).mapToObj(output -> fresh(operator)).toList();
    }

    /** The declaration of an input or output; a dimension is a number or a name. */
    static ValueInfoProto value(String name, TensorProto.DataType type, Object... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (Object dimension : shape) {
            TensorShapeProto.Dimension.Builder builder = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(
                    dimension instanceof Number number
                            ? builder.setDimValue(number.longValue())
                            : builder.setDimParam(dimension.toString()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dimensions)))
                .build();
    }
}
