package dev.unmask.fillmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The best tokens, against the plainest code that does the same. */
class RankingTest {

    @Provide
    Arbitrary<float[]> scores() {
        Arbitrary<Float> any = Arbitraries.floats().between(0, 1);
        // Few values, so that ties are common.
        Arbitrary<Float> ties = Arbitraries.of(0f, 0.25f, 0.5f, 1f);
        return Arbitraries.oneOf(any, ties).array(float[].class).ofMinSize(1).ofMaxSize(200);
    }

    @Property(tries = 500)
    void theBestAreThoseOfAFullSortByScoreAndThenId(
            @ForAll("scores") float[] scores, @ForAll @IntRange(max = 200) int wanted) {
        int k = Math.min(wanted, scores.length);

        Ranking ranking = Ranking.top(FloatBuffer.wrap(scores), k, null);

        check(ranking, scores, sorted(scores, IntStream.range(0, scores.length)), k);
    }

    @Property(tries = 500)
    void theBestOfSomeTargetsAreThoseOfTheirSort(
            @ForAll("scores") float[] scores, @ForAll @IntRange(max = 20) int k, @ForAll long chosen) {
        int[] targets = IntStream.range(0, scores.length)
                .filter(id -> id == 0 || (chosen >>> id % 64 & 1) == 1)
                .toArray();

        Ranking ranking = Ranking.ofTargets(FloatBuffer.wrap(scores), k, targets);

        check(ranking, scores, sorted(scores, IntStream.of(targets)), Math.min(k, targets.length));
    }

    /** As they come from a graph, in any order. */
    @Property(tries = 500)
    void theBestOfChosenScoresAreThoseOfTheirSort(
            @ForAll("scores") float[] scores, @ForAll @IntRange(max = 20) int k, @ForAll Random random) {
        List<Integer> shuffled =
                new ArrayList<>(IntStream.range(0, scores.length).boxed().toList());
        Collections.shuffle(shuffled, random);
        int[] tokens = shuffled.stream()
                .limit(1 + random.nextInt(scores.length))
                .mapToInt(Integer::intValue)
                .toArray();
        FloatBuffer values = FloatBuffer.allocate(tokens.length);
        IntStream.of(tokens).forEach(token -> values.put(scores[token]));

        Ranking ranking = Ranking.top(values.flip(), k, tokens);

        check(ranking, scores, sorted(scores, IntStream.of(tokens)), Math.min(k, tokens.length));
    }

    @Example
    void scoresThatAreNoNumbersAreABrokenModels() {
        FloatBuffer broken = FloatBuffer.wrap(new float[] {Float.NaN, Float.NaN});

        assertThatThrownBy(() -> Ranking.top(broken, 1, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> Ranking.ofTargets(broken, 1, new int[] {1})).isInstanceOf(IllegalStateException.class);
    }

    private static int[] sorted(float[] scores, IntStream ids) {
        return ids.boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -scores[id])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static void check(Ranking ranking, float[] scores, int[] sorted, int k) {
        int[] expected = IntStream.range(0, k).map(i -> sorted[i]).toArray();
        assertThat(ranking.tokens()).containsExactly(expected);
        assertThat(ranking.scores()).hasSize(k);
        for (int i = 0; i < k; i++) {
            assertThat(ranking.scores()[i]).isEqualTo(scores[expected[i]]);
        }
    }
}
