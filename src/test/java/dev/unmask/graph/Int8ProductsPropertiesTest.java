package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.unmask.engine.IntegerProducts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A product of bytes, against the plainest code that rounds in the same way. */
class Int8ProductsPropertiesTest extends NodesFolder {
    @Property(tries = 150)
    void itIsTheProductOfWhatWasRounded(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 70) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = values(random, rows, in);
        float[] weight = values(random, in, out);

        float[] product = product(left, rows, out, products -> products.product("weight", LEFT, EACH, weight, out));

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

    @Property(tries = 60)
    void copiedColumnsAreLikeOnesThatStandInTheRows(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 70) int out,
            @ForAll boolean few,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = values(random, rows, in);
        long[] copies = random.longs(1 + random.nextInt(8), 0, in).toArray();
        int all = in + copies.length;
        float[] weight = values(random, all, out);
        float[] longer = new float[rows * all];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(left, row * in, longer, row * all, in);
            for (int copy = 0; copy < copies.length; copy++) {
                longer[row * all + in + copy] = left[row * in + (int) copies[copy]];
            }
        }

        float[] product = product(left, rows, out, products -> (few ? products.ofFewRows() : products)
                .product("weight", LEFT, EACH, weight.clone(), out, copies));

        Files.delete(folder.resolve("model.weights"));
        assertThat(product).isEqualTo(product(longer, rows, out, products -> (few ? products.ofFewRows() : products)
                .product("weight", LEFT, EACH, weight.clone(), out)));
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

        float[] product =
                product(left, rows, out, products -> products.ofFewRows().product("weight", LEFT, EACH, weight, out));
        double[] rounded = rounded(weight, in, out);

        for (int row = 0; row < rows; row++) {
            double step = scale(left, row * in, 1, in) / 127;
            for (int column = 0; column < out; column++) {
                double expected = 0;
                double halfSteps = 0;
                double magnitudes = 0;
                for (int i = 0; i < in; i++) {
                    double factor = rounded[i * out + column];
                    expected += left[row * in + i] * factor;
                    halfSteps += Math.abs(factor) * step / 2;
                    magnitudes += Math.abs(left[row * in + i] * factor);
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

        float[] product =
                product(left, rows, out, products -> products.product("weight", LEFT, EACH, weight, bias, least));
        double[] rounded = rounded(weight, in, out);

        for (int row = 0; row < rows; row++) {
            float largest = 0;
            for (int i = 0; i < in; i++) {
                largest = Math.max(largest, left[row * in + i] - least);
            }
            for (int column = 0; column < out; column++) {
                double expected = 0;
                double halfSteps = 0;
                for (int i = 0; i < in; i++) {
                    double factor = rounded[i * out + column];
                    expected += left[row * in + i] * factor;
                    halfSteps += Math.abs(factor) * largest / 255 / 2;
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
                1,
                products -> products.product(
                        "weight", LEFT, EACH, new float[] {98765.4f, -61234.5f, -37530.9f}, bias, -0.1701f));

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

    private float[] product(float[] left, int rows, int out, Function<Products, String> made)
            throws IOException, OrtException {
        return run(left, rows, out, (graph, weights) -> made.apply(new Int8Products(graph, weights)));
    }

    /** What a weight is after rounding. */
    private static double[] rounded(float[] weight, int in, int out) {
        double[] rounded = new double[weight.length];
        for (int column = 0; column < out; column++) {
            float scale = scale(weight, column, out, in);
            for (int i = column; i < weight.length; i += out) {
                rounded[i] = Math.rint(weight[i] / scale) * scale;
            }
        }
        return rounded;
    }
}
