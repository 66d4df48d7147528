package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Products of 8-bit integers. A weight has a scale for each column, its largest magnitude divided by 127; the rows on the
 * left are quantized at run time, with a scale for each row. A scale for the whole tensor, as in ordinary dynamic
 * quantization, would let the texts of a batch change each other's answers.
 *
 * <p>Rows become unsigned bytes around 128, since processors multiply unsigned with signed bytes.
 */
final class Int8Products implements Products {
    /** The largest magnitude of a quantized number. */
    private static final int LARGEST = 127;

    private static final int ZERO_POINT = 128;

    /** The same for a number that is never negative. */
    private static final int LARGEST_ABOVE = 255;

    /** Below this a row counts as zero, since its scale must not be zero. */
    private static final float LEAST = 1e-20f;

    private final GraphBuilder graph;
    private final WeightFile weights;
    private final Map<String, String> made;
    private final boolean precise;
    private final String one;
    private final String least;
    private final String vector;

    Int8Products(GraphBuilder graph, WeightFile weights) {
        this(graph, weights, new HashMap<>(), false);
    }

    private Int8Products(GraphBuilder graph, WeightFile weights, Map<String, String> made, boolean precise) {
        this.graph = graph;
        this.weights = weights;
        this.made = made;
        this.precise = precise;
        this.one = once("int8.one", name -> graph.scalar(name, 1f));
        this.least = once("int8.least", name -> graph.scalar(name, LEAST));
        this.vector = once("int8.vector", name -> graph.constant(name, -1));
    }

    /** Rows keep about 15 bits, which doubles the arithmetic of the product but hardly the reading of its weight. */
    @Override
    public Products ofFewRows() {
        return new Int8Products(graph, weights, made, true);
    }

    private static TensorProto unsigned(String name, int value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.UINT8.getNumber())
                .addInt32Data(value)
                .build();
    }

    @Override
    public String product(String name, String rows, String each, float[] weight, int out, long... copies) {
        return product(name, rows, each, round(weight, out), copies);
    }

    private String product(String name, String rows, String each, Rounded weight, long... copies) {
        if (precise) {
            return precise(name, EvenChannels.append(graph, name, rows, copies), each, weight);
        }
        // Copies of rounded rows have the same scale, and only a quarter of the bytes.
        Bytes left = around(rows, each);
        return multiply(name, left.withRows(EvenChannels.append(graph, name, left.rows, copies)), weight);
    }

    /** Shifted so that their minimum is zero, rows use the whole range of a byte. */
    @Override
    public String product(String name, String rows, String each, float[] weight, float[] bias, float least) {
        Rounded rounded = round(weight, bias.length);
        if (precise) {
            return product(name, rows, each, rounded);
        }
        // Sums integers first: summed as floats, large weights that cancel out would leave rounding errors.
        int[] sums = new int[bias.length];
        for (int i = 0; i < weight.length; i++) {
            sums[i % bias.length] += rounded.values[i];
        }
        for (int column = 0; column < bias.length; column++) {
            bias[column] += (float) ((double) least * sums[column] * rounded.scales[column]);
        }
        String up = graph.standard("Add", List.of(rows, graph.scalar(name + ".up", -least)));
        return multiply(name, above(up, each), rounded);
    }

    /** A weight {@code [in, out]} and the scale of each of its columns. */
    private record Rounded(byte[] values, float[] scales) {}

    private static Rounded round(float[] weight, int out) {
        float[] scales = new float[out];
        for (int i = 0; i < weight.length; i++) {
            scales[i % out] = Math.max(scales[i % out], Math.abs(weight[i]));
        }
        for (int column = 0; column < out; column++) {
            scales[column] = scale(scales[column]);
        }
        byte[] values = new byte[weight.length];
        for (int i = 0; i < weight.length; i++) {
            values[i] = (byte) Math.rint(weight[i] / scales[i % out]);
        }
        return new Rounded(values, scales);
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
        return graph.standard("Add", List.of(product(name, rows, each, new Rounded(rounded, scales)), bias));
    }

    /**
     * A product of rows and of what their rounding leaves, rounded again with a scale of its own. Both are multiplied at
     * once, so that the weight is read only once.
     */
    private String precise(String name, String rows, String each, Rounded weight) {
        Bytes coarse = around(rows, each);
        String rounded = graph.standard(
                "DequantizeLinear", List.of(coarse.rows, flat(coarse.scales), coarse.zeroPoints), attribute("axis", 0));
        String left = graph.standard("Sub", List.of(rows, rounded));
        Bytes fine = around(left, each);
        Bytes both = new Bytes(
                graph.standard("Concat", List.of(coarse.rows, fine.rows), attribute("axis", 0)),
                graph.standard("Concat", List.of(coarse.scales, fine.scales), attribute("axis", 0)),
                coarse.zeroPoint,
                coarse.zeroPoints);
        String product = multiply(name, both, weight);
        return graph.standard("Add", graph.standard("Split", List.of(product), 2, attribute("axis", 0)));
    }

    private static float scale(float largest) {
        return Math.max(largest, LEAST) * (1f / LARGEST);
    }

    /**
     * Rows as unsigned bytes.
     *
     * @param rows {@code [rows, in]}
     * @param scales of the rows, {@code [rows, 1]}
     * @param zeroPoint of all rows, {@code []}
     * @param zeroPoints the same for each row, {@code [rows]}
     */
    private record Bytes(String rows, String scales, String zeroPoint, String zeroPoints) {
        Bytes withRows(String others) {
            return new Bytes(others, scales, zeroPoint, zeroPoints);
        }
    }

    private Bytes around(String rows, String each) {
        return bytes(rows, graph.standard("Abs", List.of(rows)), each, LARGEST, ZERO_POINT);
    }

    private Bytes above(String rows, String each) {
        return bytes(rows, rows, each, LARGEST_ABOVE, 0);
    }

    private Bytes bytes(String rows, String magnitudes, String each, int steps, int zeroPoint) {
        String largest = graph.standard("ReduceMax", List.of(magnitudes), attribute("axes", new long[] {1}));
        String perStep = once("int8.per_step_" + steps, name -> graph.scalar(name, 1f / steps));
        String scales = graph.standard("Mul", List.of(graph.standard("Max", List.of(largest, least)), perStep));
        String zero = once("int8.zero_point_" + zeroPoint, name -> graph.constant(unsigned(name, zeroPoint)));
        String zeros = once(
                zero + " for " + each,
                name -> graph.standard("Expand", List.of(zero, graph.standard("Shape", List.of(each)))));
        String rounded = graph.standard("QuantizeLinear", List.of(rows, flat(scales), zeros), attribute("axis", 0));
        return new Bytes(rounded, scales, zero, zeros);
    }

    /** Scales {@code [rows, 1]} as {@code [rows]}. */
    private String flat(String scales) {
        return graph.standard("Reshape", List.of(scales, vector));
    }

    private String multiply(String name, Bytes left, Rounded weight) {
        int out = weight.scales.length;
        TensorProto tensor = TensorProto.newBuilder()
                .setName(name + ".weight")
                .setDataType(DataType.INT8.getNumber())
                .addDims(weight.values.length / out)
                .addDims(out)
                .build();
        String product = graph.contrib(
                "MatMulIntegerToFloat",
                List.of(
                        left.rows,
                        graph.constant(weights.copy(tensor, ByteBuffer.wrap(weight.values))),
                        one,
                        graph.constant(weights.put(name + ".scale", weight.scales, out)),
                        left.zeroPoint));
        return graph.standard("Mul", List.of(product, left.scales));
    }

    /** Values that are used several times but computed once. */
    private String once(String key, UnaryOperator<String> make) {
        return made.computeIfAbsent(key, make);
    }

    @Override
    public long bytes(long in, long out) {
        return in * out + Float.BYTES * out;
    }
}
