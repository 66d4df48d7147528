package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A product's left operand with even channels. */
class EvenChannelsPropertiesTest extends GraphFolder {
    @Property(tries = 60)
    void theProductStaysTheSame(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 40) int channels,
            @ForAll @IntRange(min = 1, max = 30) int out,
            @ForAll Random random)
            throws IOException, OrtException {
        float[] left = floats(random, rows * channels);
        float[] weight = floats(random, channels * out);
        double[] before = product(left, weight, rows);
        double[] magnitudes = product(magnitudes(left), magnitudes(weight), rows);

        EvenChannels even = EvenChannels.of(largest(left, channels), weight);
        float[] evened = left(even, left, channels);

        double[] after = product(evened, even.weight(), rows);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-5 * magnitudes[i] + 1e-9));
        }
    }

    /** With weights that are all alike, a channel of 25 is smoothed to 5, and then divided among itself and 4 copies. */
    @Example
    void whatIsStillLargeAfterSmoothingIsDivided() throws IOException, OrtException {
        float[] row = {1, -25, 1, 1, 1, 1};
        float[] weight = new float[row.length];
        Arrays.fill(weight, 1);

        float[] evened = left(EvenChannels.of(magnitudes(row), weight), row, row.length);

        assertThat(evened).hasSize(row.length + EvenChannels.COPIES);
        assertThat(magnitudes(evened)).doesNotContain(0);
        for (float value : magnitudes(evened)) {
            assertThat(value).isLessThanOrEqualTo(1.0001f);
        }
    }

    private float[] left(EvenChannels even, float[] rows, int channels) throws IOException, OrtException {
        GraphBuilder graph = new GraphBuilder("even");
        graph.input(GraphBuilder.value("rows", DataType.FLOAT, "rows", channels));
        graph.output("left", DataType.FLOAT, "rows", channels + EvenChannels.COPIES);
        Path file = folder.resolve("model.onnx");
        try (WeightFile weights = new WeightFile(folder.resolve("model.weights"), bytes -> {})) {
            graph.standardInto("left", "Identity", List.of(even.add(graph, weights, "product", "rows")));
        }
        Files.write(file, graph.build().toByteArray());
        long[] shape = {rows.length / channels, channels};
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(rows), shape);
                OrtSession.Result result = session.run(Map.of("rows", tensor))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] left = new float[values.remaining()];
            values.get(left);
            return left;
        }
    }

    private static double[] product(float[] left, float[] weight, int rows) {
        int channels = left.length / rows;
        int out = weight.length / channels;
        double[] product = new double[rows * out];
        for (int i = 0; i < left.length; i++) {
            for (int column = 0; column < out; column++) {
                product[i / channels * out + column] += (double) left[i] * weight[i % channels * out + column];
            }
        }
        return product;
    }

    private static float[] largest(float[] left, int channels) {
        float[] largest = new float[channels];
        for (int i = 0; i < left.length; i++) {
            largest[i % channels] = Math.max(largest[i % channels], Math.abs(left[i]));
        }
        return largest;
    }

    private static float[] magnitudes(float[] values) {
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }

    private static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
        }
        return floats;
    }
}
