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

/** Whatever the sizes of a checkpoint with a projection head: embeddings are those of the formula, also in padded batches. */
class EmbeddingPropertiesTest extends GraphFolder {
    @Provide
    Arbitrary<RandomBert> checkpoints() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(8, 16),
                        Arbitraries.integers().between(1, 24),
                        Arbitraries.of("gelu", "gelu_new", "relu"),
                        Arbitraries.of(1e-12, 0.1),
                        Arbitraries.integers().between(8, 40),
                        Arbitraries.longs())
                .as((layers, heads, headSize, positions, activation, epsilon, projection, seed) -> new RandomBert(
                        layers,
                        heads,
                        headSize,
                        19,
                        23,
                        positions,
                        activation,
                        epsilon,
                        "F32",
                        false,
                        projection,
                        seed));
    }

    @Property(tries = 60)
    void theEmbeddingsAreThoseOfTheFormula(@ForAll("checkpoints") RandomBert bert, @ForAll Random random)
            throws IOException {
        bert.write(folder);
        int[][] ids = IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(text -> random.ints(1 + random.nextInt(bert.positions()), 0, bert.vocabulary())
                        .toArray())
                .toArray(int[][]::new);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Path graph = written(checkpoint, Recipe.fp32());
            try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true)) {
                Rows embeddings = engine.embed(ids);
                assertThat(embeddings.size()).isEqualTo(ids.length);
                assertThat(embeddings.width()).isEqualTo(bert.projection());
                compare(embeddings, new ReferenceBert(checkpoint), ids);
            }
        }
    }

    private static void compare(Rows embeddings, ReferenceBert reference, int[][] ids) {
        float[] found = new float[embeddings.width()];
        for (int text = 0; text < ids.length; text++) {
            embeddings.read(text, found);
            assertThat(IntStream.range(0, found.length)
                            .mapToDouble(i -> found[i])
                            .toArray())
                    .containsExactly(reference.embedding(ids[text]), within(1e-5));
        }
    }
}
