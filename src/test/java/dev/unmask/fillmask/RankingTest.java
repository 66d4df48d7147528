package dev.unmask.fillmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Softmax and the best tokens, against the plainest code that does the same. */
class RankingTest {

    @Provide
    Arbitrary<float[]> logits() {
        Arbitrary<Float> any = Arbitraries.floats().between(-60, 60);
        // Few values, so that ties are common.
        Arbitrary<Float> ties = Arbitraries.of(-1f, 0f, 0.5f, 7f);
        return Arbitraries.oneOf(any, ties).array(float[].class).ofMinSize(1).ofMaxSize(200);
    }

    @Property(tries = 500)
    void softmaxIsTheOneOfTheTextbook(@ForAll("logits") float[] logits) {
        double max = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double[] powers = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] - max))
                .toArray();
        double sum =
                IntStream.range(0, powers.length).mapToDouble(i -> powers[i]).sum();

        Ranking.softmax(logits);

        for (int i = 0; i < logits.length; i++) {
            assertThat((double) logits[i]).isCloseTo(powers[i] / sum, within(1e-7));
        }
    }

    @Property(tries = 500)
    void theBestAreThoseOfAFullSortByScoreAndThenId(
            @ForAll("logits") float[] scores, @ForAll @IntRange(max = 200) int wanted) {
        int k = Math.min(wanted, scores.length);

        Ranking ranking = Ranking.top(scores, k);

        check(ranking, scores, sorted(scores, IntStream.range(0, scores.length)), k);
    }

    @Property(tries = 500)
    void theBestOfSomeTargetsAreThoseOfTheirSort(
            @ForAll("logits") float[] scores, @ForAll @IntRange(max = 20) int k, @ForAll long chosen) {
        int[] targets = IntStream.range(0, scores.length)
                .filter(id -> id == 0 || (chosen >>> id % 64 & 1) == 1)
                .toArray();

        Ranking ranking = Ranking.top(scores, k, targets);

        check(ranking, scores, sorted(scores, IntStream.of(targets)), Math.min(k, targets.length));
    }

    @Example
    void scoresFarApartAreNotLost() {
        float[] scores = {-1000, 0, 1000, Float.NEGATIVE_INFINITY};

        Ranking.softmax(scores);

        assertThat(scores).containsExactly(0, 0, 1, 0);
    }

    @Example
    void logitsThatAreNotFiniteAreABrokenModels() {
        for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Ranking.softmax(new float[] {1, broken, 2}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the model gave logits that are not finite");
        }
        float[] nothing = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThatThrownBy(() -> Ranking.softmax(nothing)).isInstanceOf(IllegalStateException.class);
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
