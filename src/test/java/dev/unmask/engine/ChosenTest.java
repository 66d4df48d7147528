package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Choices of one run, with a provider that takes whichever of equal scores it likes. */
class ChosenTest {
    private static final FloatBuffer NONE = FloatBuffer.allocate(1);

    @Property
    void whateverAProviderMakesOfTiesTheBestAreAmongThoseThatAreRead(
            @ForAll @IntRange(min = 1, max = 4) int groups,
            @ForAll @IntRange(min = 1, max = 30) int size,
            @ForAll @IntRange(min = 1, max = 12) int wanted,
            @ForAll @IntRange(min = 1, max = 40) int levels,
            @ForAll Random random) {
        Assume.that(groups == 1 || size > wanted);
        int vocabulary = groups * size;
        int count = Math.min(wanted, vocabulary);
        float[] scores = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            scores[token] = random.nextInt(levels);
        }
        Chosen chosen = Chosen.of(new int[1][1], new Choice[] {new Choice.Best(count)}, vocabulary)
                .orElseThrow();
        List<Integer> best = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            List<Integer> order = new ArrayList<>(
                    IntStream.range(group * size, (group + 1) * size).boxed().toList());
            Collections.shuffle(order, random);
            order.sort(Comparator.comparing(token -> -scores[token]));
            best.addAll(order.subList(0, chosen.best()));
        }

        Optional<List<Row>> rows = chosen.rows(
                FloatBuffer.wrap(floats(best, scores)),
                LongBuffer.wrap(best.stream().mapToLong(token -> token % size).toArray()),
                NONE);

        List<Integer> expected = IntStream.range(0, vocabulary)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> -scores[token])
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
        float last = scores[expected.get(count - 1)];
        boolean complete = IntStream.range(0, groups)
                .allMatch(group -> IntStream.range(group * size, (group + 1) * size)
                                .filter(token -> scores[token] >= last)
                                .count()
                        <= count);
        // Exactly where nothing that equals the last of them can be missing.
        assertThat(rows.isPresent()).isEqualTo(complete || best.size() == vocabulary);
        rows.ifPresent(
                read -> assertThat(Arrays.stream(read.get(0).tokens()).boxed().toList())
                        .isEqualTo(best)
                        .containsAll(expected));
    }

    @Example
    void scoresThatAreNoNumbersAreNotChosenFrom() {
        Chosen chosen =
                Chosen.of(new int[1][1], new Choice[] {new Choice.Best(2)}, 9).orElseThrow();
        float[] broken = new float[chosen.best()];
        Arrays.fill(broken, Float.NaN);

        assertThat(chosen.rows(FloatBuffer.wrap(broken), LongBuffer.allocate(broken.length), NONE))
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
        assertThat(chosen.outputs()).hasSize(3);
        assertThat(chosen.places()).containsExactly(3, 5, 43, 45, 124);

        List<Row> rows = chosen.rows(
                        FloatBuffer.wrap(new float[] {9, 9, 9, 9, 9, 9, 3, 2, 1, 9, 9, 9}),
                        LongBuffer.wrap(new long[] {0, 0, 0, 0, 0, 0, 30, 20, 10, 0, 0, 0}),
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

    @Example
    void onlyTheOutputsThatAreReadAreAskedFor() {
        assertThat(Chosen.of(new int[1][1], new Choice[] {new Choice.Best(2)}, 40)
                        .orElseThrow()
                        .outputs())
                .containsExactlyInAnyOrder(GraphNames.BEST_SCORES, GraphNames.BEST_INDICES);
        assertThat(Chosen.of(new int[1][1], new Choice[] {new Choice.Among(new int[] {1})}, 40)
                        .orElseThrow()
                        .outputs())
                .containsExactly(GraphNames.PLACED_SCORES);
    }

    private static float[] floats(List<Integer> tokens, float[] scores) {
        float[] floats = new float[tokens.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = scores[tokens.get(i)];
        }
        return floats;
    }
}
