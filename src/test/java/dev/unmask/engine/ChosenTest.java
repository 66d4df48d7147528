package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Choices of one run, with a provider that takes whichever of equal scores it likes. */
class ChosenTest {
    private static final FloatBuffer NONE = FloatBuffer.allocate(1);

    @Property
    void whateverAProviderMakesOfTiesTheBestAreAmongThoseThatAreRead(
            @ForAll @IntRange(min = 1, max = 30) int vocabulary,
            @ForAll @IntRange(min = 1, max = 12) int wanted,
            @ForAll @IntRange(min = 1, max = 40) int levels,
            @ForAll Random random) {
        int count = Math.min(wanted, vocabulary);
        float[] scores = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            scores[token] = random.nextInt(levels);
        }
        Chosen chosen = Chosen.of(new int[1][1], new Choice[] {new Choice.Best(count)}, vocabulary)
                .orElseThrow();
        List<Integer> order =
                Arrays.asList(IntStream.range(0, vocabulary).boxed().toArray(Integer[]::new));
        Collections.shuffle(order, random);
        order.sort(Comparator.comparing(token -> -scores[token]));
        List<Integer> best = order.subList(0, chosen.best());

        Optional<List<Row>> rows = chosen.rows(
                FloatBuffer.wrap(floats(best, scores)),
                IntBuffer.wrap(best.stream().mapToInt(Integer::intValue).toArray()),
                NONE);

        float last = scores[order.get(count - 1)];
        long asGood = IntStream.range(0, vocabulary)
                .filter(token -> scores[token] >= last)
                .count();
        // Exactly where nothing that equals the last of them is missing.
        assertThat(rows.isPresent()).isEqualTo(asGood <= count || chosen.best() == vocabulary);
        rows.ifPresent(
                read -> assertThat(Arrays.stream(read.get(0).tokens()).boxed().collect(Collectors.toSet()))
                        .containsAll(IntStream.range(0, vocabulary)
                                .boxed()
                                .sorted(Comparator.comparing((Integer token) -> -scores[token])
                                        .thenComparing(Comparator.naturalOrder()))
                                .limit(count)
                                .toList()));
    }

    @Example
    void scoresThatAreNoNumbersAreNotChosenFrom() {
        Chosen chosen =
                Chosen.of(new int[1][1], new Choice[] {new Choice.Best(2)}, 9).orElseThrow();
        float[] broken = new float[chosen.best()];
        Arrays.fill(broken, Float.NaN);

        assertThat(chosen.rows(FloatBuffer.wrap(broken), IntBuffer.allocate(broken.length), NONE))
                .isEmpty();
    }

    @Example
    void whereAWholeRowIsNeededOrMuchOfItNothingIsChosen() {
        assertThat(Chosen.of(new int[2][1], new Choice[] {new Choice.Best(1), Choice.WHOLE}, 9))
                .isEmpty();
        assertThat(Chosen.of(new int[1][1], new Choice[] {new Choice.Best(Chosen.MOST_BEST + 1)}, 30_522))
                .isEmpty();
        assertThat(Chosen.of(new int[1][1], new Choice[] {new Choice.Best(Chosen.MOST_BEST)}, 30_522))
                .isPresent();
        int[] most = IntStream.range(0, 6).toArray();
        assertThat(Chosen.of(new int[1][1], new Choice[] {new Choice.Among(most)}, 9))
                .isEmpty();
    }

    @Example
    void targetsOfEachMaskAreFoundInItsOwnRow() {
        Choice[] choices = {new Choice.Among(new int[] {3, 5}), new Choice.Best(2), new Choice.Among(new int[] {4})};
        Chosen chosen = Chosen.of(new int[][] {{0, 2}, {1}, {7}}, choices, 40).orElseThrow();

        assertThat(chosen.best()).isEqualTo(3);
        assertThat(chosen.places()).containsExactly(0, 3, 0, 5, 1, 3, 1, 5, 3, 4);

        List<Row> rows = chosen.rows(
                        FloatBuffer.wrap(new float[] {9, 9, 9, 9, 9, 9, 3, 2, 1, 9, 9, 9}),
                        IntBuffer.wrap(new int[] {0, 0, 0, 0, 0, 0, 30, 20, 10, 0, 0, 0}),
                        FloatBuffer.wrap(new float[] {.1f, .2f, .3f, .4f, .5f}))
                .orElseThrow();

        assertThat(rows)
                .extracting(row -> Arrays.toString(row.tokens()))
                .containsExactly("[3, 5]", "[3, 5]", "[30, 20, 10]", "[4]");
        assertThat(rows)
                .extracting(Row::values)
                .containsExactly(
                        FloatBuffer.wrap(new float[] {.1f, .2f}),
                        FloatBuffer.wrap(new float[] {.3f, .4f}),
                        FloatBuffer.wrap(new float[] {3, 2, 1}),
                        FloatBuffer.wrap(new float[] {.5f}));
    }

    private static float[] floats(List<Integer> tokens, float[] scores) {
        float[] floats = new float[tokens.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = scores[tokens.get(i)];
        }
        return floats;
    }
}
