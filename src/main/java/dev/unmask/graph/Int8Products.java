package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Products of 8-bit integers. A weight has a scale for each column, its largest magnitude divided by 127; the rows on the
 * left are rounded while the graph runs, with a scale for each row. A scale for the whole tensor, as dynamic quantization
 * has it elsewhere, would let the texts of a batch change each other's answers.
 *
 * <p>Rows are rounded to unsigned bytes around 128, which is what processors multiply with signed ones.
 */
final class Int8Products implements Products {
    /** The largest magnitude of a rounded number. */
    private static final int LARGEST = 127;

    private static final int ZERO_POINT = 128;

    /** Below this a row counts as zero: its scale must not be. */
    private static final float LEAST = 1e-20f;

    private final GraphBuilder graph;
    private final WeightFile weights;
    private final Map<String, String> zeroPoints = new HashMap<>();
    private final String one;
    private final String zeroPoint;
    private final String perStep;
    private final String least;
    private final String vector;

    Int8Products(GraphBuilder graph, WeightFile weights) {
        this.graph = graph;
        this.weights = weights;
        this.one = graph.constant(scalar("int8.one", 1));
        this.perStep = graph.constant(scalar("int8.per_step", 1f / LARGEST));
        this.least = graph.constant(scalar("int8.least", LEAST));
        this.vector = graph.constant("int8.vector", -1);
        this.zeroPoint = graph.constant(TensorProto.newBuilder()
                .setName("int8.zero_point")
                .setDataType(DataType.UINT8.getNumber())
                .addInt32Data(ZERO_POINT)
                .build());
    }

    private static TensorProto scalar(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    @Override
    public String product(String name, String rows, String each, float[] weight, int out) {
        int in = weight.length / out;
        float[] scales = new float[out];
        for (int i = 0; i < weight.length; i++) {
            scales[i % out] = Math.max(scales[i % out], Math.abs(weight[i]));
        }
        scaled(scales);
        byte[] rounded = new byte[weight.length];
        for (int i = 0; i < weight.length; i++) {
            rounded[i] = (byte) Math.rint(weight[i] / scales[i % out]);
        }
        return multiply(name, rows, each, rounded, in, scales);
    }

    @Override
    public String transposed(String name, String rows, String each, Tensor weight, String bias) {
        int out = Math.toIntExact(weight.shape()[0]);
        int in = Math.toIntExact(weight.shape()[1]);
        float[] scales = new float[out];
        byte[] rounded = new byte[Math.multiplyExact(in, out)];
        float[] row = new float[in];
        for (int o = 0; o < out; o++) {
            FiniteWeights.read(weight, (long) o * in, row, 0, in);
            float largest = 0;
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
            scales[o] = scale(largest);
            for (int i = 0; i < in; i++) {
                rounded[i * out + o] = (byte) Math.rint(row[i] / scales[o]);
            }
        }
        return graph.standard("Add", List.of(multiply(name, rows, each, rounded, in, scales), bias));
    }

    private static void scaled(float[] largest) {
        for (int i = 0; i < largest.length; i++) {
            largest[i] = scale(largest[i]);
        }
    }

    private static float scale(float largest) {
        return Math.max(largest, LEAST) * (1f / LARGEST);
    }

    private String multiply(String name, String rows, String each, byte[] weight, int in, float[] scales) {
        String largest = graph.standard(
                "ReduceMax", List.of(graph.standard("Abs", List.of(rows))), attribute("axes", new long[] {1}));
        String rowScales = graph.standard("Mul", List.of(graph.standard("Max", List.of(largest, least)), perStep));
        String rounded = graph.standard(
                "QuantizeLinear",
                List.of(rows, graph.standard("Reshape", List.of(rowScales, vector)), zeroPoints(each)),
                attribute("axis", 0));
        TensorProto bytes = TensorProto.newBuilder()
                .setName(name + ".weight")
                .setDataType(DataType.INT8.getNumber())
                .addDims(in)
                .addDims(scales.length)
                .build();
        String product = graph.contrib(
                "MatMulIntegerToFloat",
                List.of(
                        rounded,
                        graph.constant(weights.copy(bytes, ByteBuffer.wrap(weight))),
                        one,
                        graph.constant(weights.put(name + ".scale", scales, scales.length)),
                        zeroPoint));
        return graph.standard("Mul", List.of(product, rowScales));
    }

    /** As many zero points as a graph input has elements. */
    private String zeroPoints(String each) {
        return zeroPoints.computeIfAbsent(
                each, input -> graph.standard("Expand", List.of(zeroPoint, graph.standard("Shape", List.of(input)))));
    }

    @Override
    public long bytes(long in, long out) {
        return in * out + Float.BYTES * out;
    }
}
