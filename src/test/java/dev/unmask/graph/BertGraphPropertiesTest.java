package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a checkpoint's sizes, activation and storage: the graph computes what the formulas say. */
class BertGraphPropertiesTest extends GraphFolder {
    @Provide
    Arbitrary<RandomBert> checkpoints() {
        Arbitrary<int[]> encoder = Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(1, 16),
                        Arbitraries.integers().between(1, 40))
                .as((layers, heads, headSize, intermediate) -> new int[] {layers, heads, headSize, intermediate})
                .filter(sizes -> sizes[1] * sizes[2] > 1);
        return Combinators.combine(
                        encoder,
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(1, 24),
                        Arbitraries.of("gelu", "gelu_new", "relu"),
                        Arbitraries.of(1e-12, 1e-5, 0.1),
                        Arbitraries.of("F32", "F16", "BF16"),
                        Arbitraries.of(false, true),
                        Arbitraries.longs())
                .as((sizes, vocabulary, positions, activation, epsilon, dtype, ownDecoder, seed) -> new RandomBert(
                        sizes[0],
                        sizes[1],
                        sizes[2],
                        sizes[3],
                        vocabulary,
                        positions,
                        activation,
                        epsilon,
                        dtype,
                        ownDecoder,
                        seed));
    }

    @Property(tries = 60)
    void theLogitsAreThoseOfTheFormulas(@ForAll("checkpoints") RandomBert bert, @ForAll Random random)
            throws IOException {
        bert.write(folder);
        int[][] ids = IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(text -> random.ints(1 + random.nextInt(bert.positions()), 0, bert.vocabulary())
                        .toArray())
                .toArray(int[][]::new);
        int[][] masks = IntStream.range(0, ids.length)
                .mapToObj(text -> IntStream.range(0, ids[text].length)
                        .filter(position -> position == ids[text].length - 1 || random.nextInt(3) == 0)
                        .toArray())
                .toArray(int[][]::new);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Path graph = written(checkpoint, Recipe.fp32());
            try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true)) {
                Rows logits = engine.run(ids, masks);
                compare(logits, new ReferenceBert(checkpoint), ids, masks);
                compareScores(engine.scores(ids, masks), logits);
            }
        }
    }

    /** Within the last bit: the softmax of the logits that the graph gives, in double precision. */
    private static void compareScores(Rows scores, Rows logits) {
        assertThat(scores.size()).isEqualTo(logits.size());
        for (int row = 0; row < logits.size(); row++) {
            float[] of = new float[logits.width()];
            logits.read(row, of);
            double max =
                    IntStream.range(0, of.length).mapToDouble(i -> of[i]).max().orElseThrow();
            double sum = IntStream.range(0, of.length)
                    .mapToDouble(i -> Math.exp(of[i] - max))
                    .sum();
            for (int i = 0; i < of.length; i++) {
                float expected = (float) (Math.exp(of[i] - max) / sum);
                assertThat(scores.get(row).values().get(i)).isCloseTo(expected, within(Math.ulp(expected)));
            }
        }
    }

    private static void compare(Rows logits, ReferenceBert reference, int[][] ids, int[][] masks) {
        float[] found = new float[logits.width()];
        int row = 0;
        for (int text = 0; text < ids.length; text++) {
            double[][] expected = reference.logits(ids[text]);
            for (int mask : masks[text]) {
                logits.read(row++, found);
                assertThat(IntStream.range(0, found.length)
                                .mapToDouble(i -> found[i])
                                .toArray())
                        .containsExactly(expected[mask], within(1e-4));
            }
        }
        assertThat(logits.size()).isEqualTo(row);
    }
}
