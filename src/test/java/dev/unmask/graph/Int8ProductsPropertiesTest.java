package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import dev.unmask.engine.IntegerProducts;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A product of bytes, against the plainest code that rounds in the same way. */
class Int8ProductsPropertiesTest extends GraphFolder {
    @Property(tries = 150)
    void itIsTheProductOfWhatWasRounded(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 70) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = values(random, rows, in);
        float[] weight = values(random, in, out);

        float[] product =
                product(left, rows, in, out, products -> products.product("weight", "left", "each", weight, out));

        for (int row = 0; row < rows; row++) {
            float scale = scale(left, row * in, 1, in);
            for (int column = 0; column < out; column++) {
                float weightScale = scale(weight, column, out, in);
                long sum = 0;
                for (int i = 0; i < in; i++) {
                    sum += Math.round(Math.rint(left[row * in + i] / scale))
                            * Math.round(Math.rint(weight[i * out + column] / weightScale));
                }
                double expected = (double) sum * scale * weightScale;
                assertThat((double) product[row * out + column])
                        .isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-30));
            }
        }
    }

    /** What rounding leaves of a row is rounded once more, with a 127th of the step; the weight is rounded once. */
    @Property(tries = 100)
    void fewRowsKeepTwiceAsManyBits(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 70) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = values(random, rows, in);
        float[] weight = values(random, in, out);

        float[] product = product(
                left, rows, in, out, products -> products.ofFewRows().product("weight", "left", "each", weight, out));

        for (int row = 0; row < rows; row++) {
            double step = scale(left, row * in, 1, in) / 127;
            for (int column = 0; column < out; column++) {
                float weightScale = scale(weight, column, out, in);
                double expected = 0;
                double halfSteps = 0;
                double magnitudes = 0;
                for (int i = 0; i < in; i++) {
                    double rounded = Math.rint(weight[i * out + column] / weightScale) * weightScale;
                    expected += left[row * in + i] * rounded;
                    halfSteps += Math.abs(rounded) * step / 2;
                    magnitudes += Math.abs(left[row * in + i] * rounded);
                }
                assertThat((double) product[row * out + column])
                        .isCloseTo(expected, within(0.51 * halfSteps + 1e-6 * magnitudes + 1e-20));
            }
        }
    }

    /** With the bias that was changed, within what half a step on the left can make. */
    @Property(tries = 100)
    void rowsThatAreMovedUpComeOutWhereTheyWere(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 70) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float least = -0.1701f;
        float[] left = values(random, rows, in);
        for (int i = 0; i < left.length; i++) {
            left[i] = Math.max(least, left[i]);
        }
        float[] weight = values(random, in, out);
        float[] bias = new float[out];

        float[] product = product(
                left, rows, in, out, products -> products.product("weight", "left", "each", weight, bias, least));

        for (int row = 0; row < rows; row++) {
            float largest = 0;
            for (int i = 0; i < in; i++) {
                largest = Math.max(largest, left[row * in + i] - least);
            }
            for (int column = 0; column < out; column++) {
                float weightScale = scale(weight, column, out, in);
                double expected = 0;
                double halfSteps = 0;
                for (int i = 0; i < in; i++) {
                    double rounded = Math.rint(weight[i * out + column] / weightScale) * weightScale;
                    expected += left[row * in + i] * rounded;
                    halfSteps += Math.abs(rounded) * largest / 255 / 2;
                }
                assertThat((double) product[row * out + column] + bias[column])
                        .isCloseTo(expected, within(1.01 * halfSteps + 1e-4 * Math.abs(bias[column]) + 1e-20));
            }
        }
    }

    /** A row of nothing but the least is zero on the left, and all that is left of the product is the bias. */
    @Example
    void whatCancelsOutInTheBiasLeavesNothingBehind() throws IOException, OrtException {
        float[] bias = new float[1];

        float[] product = product(
                new float[] {-0.1701f, -0.1701f, -0.1701f},
                1,
                3,
                1,
                products -> products.product(
                        "weight", "left", "each", new float[] {98765.4f, -61234.5f, -37530.9f}, bias, -0.1701f));

        assertThat(product[0]).isZero();
        // 127 - 79 - 48
        assertThat(bias[0]).isZero();
    }

    @Example
    void thisProcessorsProductsAreExact() {
        assertThat(IntegerProducts.exact(ExtremesGraph.bytes(), ExtremesGraph.ROWS))
                .isTrue();
    }

    /** Rows of different magnitudes, some of nothing but zero, some with a single large element. */
    private static float[] values(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            float magnitude = random.nextInt(6) == 0 ? 0 : (float) Math.pow(10, random.nextInt(9) - 4);
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] =
                        (float) random.nextGaussian() * magnitude * (random.nextInt(50) == 0 ? 100 : 1);
            }
        }
        return values;
    }

    private static float scale(float[] values, int from, int step, int count) {
        float largest = 1e-20f;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(values[from + i * step]));
        }
        return largest * (1f / 127);
    }

    private float[] product(float[] left, int rows, int in, int out, Function<Products, String> made)
            throws IOException, OrtException {
        GraphBuilder graph = new GraphBuilder("product");
        graph.input(GraphBuilder.value("left", DataType.FLOAT, "rows", in));
        graph.input(GraphBuilder.value("each", DataType.FLOAT, "rows"));
        graph.output("product", DataType.FLOAT, "rows", out);
        Path file = folder.resolve("model.onnx");
        try (WeightFile weights = new WeightFile(folder.resolve("model.weights"), bytes -> {})) {
            String product = made.apply(new Int8Products(graph, weights));
            graph.standardInto("product", "Identity", List.of(product));
        }
        Files.write(file, graph.build().toByteArray());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor rowsTensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(left), new long[] {rows, in});
                OnnxTensor eachTensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.allocate(rows), new long[] {rows});
                Result result = session.run(Map.of("left", rowsTensor, "each", eachTensor))) {
            float[] values = new float[rows * out];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
            return values;
        }
    }
}
