package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What else is in a batch never shows in an answer: a text's rows are to the last bit those that it has alone. */
class BatchIndependencePropertiesTest extends GraphFolder {
    /** Sizes on both sides of what the kernels work on at a time: their blocks have 16 to 512 columns. */
    @Provide
    Arbitrary<RandomBert> checkpoints() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.of(3, 8, 16, 32, 64),
                        Arbitraries.integers().between(1, 600),
                        Arbitraries.integers().between(20, 300),
                        Arbitraries.integers().between(8, 300),
                        Arbitraries.of("gelu", "gelu_new", "relu"),
                        Arbitraries.longs())
                .as((layers, heads, headSize, intermediate, vocabulary, positions, activation, seed) -> new RandomBert(
                        layers,
                        heads,
                        headSize,
                        intermediate,
                        vocabulary,
                        positions,
                        activation,
                        1e-12,
                        "F32",
                        false,
                        24,
                        seed));
    }

    @Provide
    Arbitrary<Precision> precisions() {
        return Arbitraries.of(Precision.FP32, Precision.INT8);
    }

    @Property(tries = 60)
    void aTextsRowsAreThoseThatItHasAlone(
            @ForAll("checkpoints") RandomBert bert, @ForAll("precisions") Precision precision, @ForAll Random random)
            throws IOException {
        bert.write(folder);
        int[][] ids = IntStream.range(0, 2 + random.nextInt(11))
                .mapToObj(text -> random.ints(1 + random.nextInt(bert.positions()), 0, bert.vocabulary())
                        .toArray())
                .toArray(int[][]::new);
        int[][] masks = IntStream.range(0, ids.length)
                .mapToObj(text ->
                        random.ints(random.nextInt(4), 0, ids[text].length).toArray())
                .toArray(int[][]::new);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Path graph = written(checkpoint, Recipe.uncalibrated(precision, checkpoint.config()));
            for (int threads = 1; threads <= 2; threads++) {
                try (Engine engine = Engine.open(graph, Device.parse("cpu"), threads, true)) {
                    List<float[]> logits = new ArrayList<>();
                    List<float[]> embeddings = new ArrayList<>();
                    for (int text = 0; text < ids.length; text++) {
                        int[][] alone = {ids[text]};
                        logits.addAll(rows(engine.run(alone, new int[][] {masks[text]})));
                        embeddings.addAll(rows(engine.embed(alone)));
                    }

                    assertThat(rows(engine.run(ids, masks)))
                            .usingElementComparator(BITS)
                            .containsExactlyElementsOf(logits);
                    assertThat(rows(engine.embed(ids)))
                            .usingElementComparator(BITS)
                            .containsExactlyElementsOf(embeddings);
                }
            }
        }
    }

    private static final Comparator<float[]> BITS = (one, other) -> {
        int different = Arrays.mismatch(one, other);
        return different < 0 ? 0 : 1;
    };

    private static List<float[]> rows(Rows given) {
        return IntStream.range(0, given.size())
                .mapToObj(row -> {
                    float[] values = new float[given.width()];
                    given.read(row, values);
                    return values;
                })
                .toList();
    }
}
