package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.store.Manifest;
import dev.unmask.text.SpecialTokens;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Measures with a scheduler whose logits are known. */
class PredictionsTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4, "[MASK]");
    private static final int VOCABULARY = 16;
    private static final Manifest MANIFEST = new Manifest(
            1, "known", "known", "0", "fp32", true, null, null, null, null, null, List.of(), new TreeMap<>());

    /** Answers a masked text by rule; reads the texts from the last to the first. */
    private record KnownScheduler(Function<MaskedText, float[]> rule) implements Scheduler {
        @Override
        public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader) {
            deadline.check();
            return CompletableFuture.runAsync(() -> {
                for (int text = texts.size() - 1; text >= 0; text--) {
                    reader.read(text, 0, FloatBuffer.wrap(rule.apply(texts.get(text))), null);
                }
            });
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Each id has the logit {@code log(weight)}: ids 5, 6, 7… weigh 8, 4, 2, 1, 0.5, 0.25, 0.25, others nearly nothing. */
    private static float[] halves(MaskedText text) {
        float[] logits = new float[VOCABULARY];
        Arrays.fill(logits, -100);
        double[] weights = {8, 4, 2, 1, 0.5, 0.25, 0.25};
        for (int i = 0; i < weights.length; i++) {
            logits[5 + i] = (float) Math.log(weights[i]);
        }
        return logits;
    }

    /** Any logits that are a function of the text. */
    private static float[] random(MaskedText text, long seed) {
        Random random = new Random(seed + Arrays.hashCode(text.ids()));
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = (float) (4 * random.nextGaussian());
        }
        return logits;
    }

    private static Predictions predict(Windows windows, Scheduler scheduler) {
        return Predictions.of(all(windows), scheduler, done -> {});
    }

    private static MaskedCopies all(Windows windows) {
        return new MaskedCopies(windows, IntStream.range(0, windows.positions()).toArray());
    }

    private static Evaluation evaluate(Windows windows, int texts, Scheduler scheduler) {
        return Evaluation.of(
                "known",
                MANIFEST,
                VOCABULARY,
                new Texts(Collections.nCopies(texts, "two words")),
                windows,
                all(windows).positions(),
                predict(windows, scheduler));
    }

    @Test
    void accuracyAndPseudoPerplexityAreWhatTheLogitsSay() {
        // The true pieces' probabilities are 1/2, 1/4, 1/32 and 1/64, their ranks 1, 2, 5 and 6.
        Windows windows = new Windows(List.of(new int[] {5, 6}, new int[] {9, 1, 10}), SPECIAL, 9);

        Evaluation evaluation = evaluate(windows, 2, new KnownScheduler(PredictionsTest::halves));

        assertThat(evaluation.positions()).isEqualTo(4);
        assertThat(evaluation.top1Accuracy()).isEqualTo(0.25);
        assertThat(evaluation.top5Accuracy()).isEqualTo(0.75);
        // exp of the mean of log 2, log 4, log 32 and log 64, which is 2 to the power of (1 + 2 + 5 + 6) / 4
        assertThat(evaluation.pseudoPerplexity()).isCloseTo(Math.pow(2, 14 / 4.0), within(1e-5));
        assertThat(evaluation.piecesPerText()).isEqualTo(2.5);
        assertThat(evaluation.piecesOverWordsPercent()).isEqualTo(25);
        assertThat(evaluation.unknownPieceRate()).isEqualTo(0.2);
    }

    @Test
    void bandsPartPositionsByTheirPiecesFrequency() {
        Windows windows = new Windows(List.of(new int[] {5, 6, 6}, new int[] {6, 5, 5, 5, 5, 9}), SPECIAL, 20);

        assertThat(evaluate(windows, 2, new KnownScheduler(PredictionsTest::halves))
                        .byFrequency())
                .containsExactly(new Band(1, 1, 1, 0.0, 1.0), new Band(2, 4, 3, 0.0, 1.0), new Band(5, 9, 5, 1.0, 1.0));
    }

    @Test
    void aBandWithoutPositionsHasNoAccuracy() {
        Windows windows = new Windows(List.of(new int[] {5, 5, 5, 5, 5}), SPECIAL, 20);

        assertThat(evaluate(windows, 1, new KnownScheduler(PredictionsTest::halves))
                        .byFrequency())
                .startsWith(new Band(1, 1, 0, null, null), new Band(2, 4, 0, null, null));
    }

    @Test
    void agreementIsWhatTheLogitsSay() {
        Windows windows = new Windows(List.of(new int[] {5, 6, 7, 8}), SPECIAL, 9);
        // The other model prefers id 6 where the first position is masked: probabilities 1/4 and 1/2 are swapped.
        Scheduler other = new KnownScheduler(text -> {
            float[] logits = halves(text);
            if (text.masks()[0] == 1) {
                float first = logits[5];
                logits[5] = logits[6];
                logits[6] = first;
            }
            return logits;
        });

        Comparison comparison =
                Comparison.of(all(windows), new KnownScheduler(PredictionsTest::halves), other, done -> {});
        Agreement agreement = comparison.agreement("a", "b");

        assertThat(comparison.first().ranks()).containsExactly(1, 2, 3, 4);
        assertThat(comparison.second().ranks()).containsExactly(2, 2, 3, 4);

        assertThat(agreement.positions()).isEqualTo(4);
        assertThat(agreement.top1Agreement()).isEqualTo(0.75);
        assertThat(agreement.largestScoreDifference()).isCloseTo(0.25, within(1e-6));
        assertThat(agreement.meanScoreDifference()).isCloseTo(0.0625, within(1e-6));
        assertThat(agreement.top5Agreement()).isOne();
        // At one of four positions sum(q ln(q / p)) with q = (1/4, 1/2) and p = (1/2, 1/4): ln 2 / 4.
        assertThat(agreement.meanDivergence()).isCloseTo(Math.log(2) / 4 / 4, within(1e-6));
    }

    @Test
    void theFirstFiveAreComparedWithTheOthersFirstFive() {
        Windows windows = new Windows(List.of(new int[] {5}), SPECIAL, 9);
        // Of 5, 6, 7, 8 and 9 the other model ranks two beyond its first five.
        Scheduler other = new KnownScheduler(text -> {
            float[] logits = halves(text);
            logits[6] = -200;
            logits[9] = -200;
            return logits;
        });

        Agreement agreement = Comparison.of(
                        all(windows), new KnownScheduler(PredictionsTest::halves), other, done -> {})
                .agreement("a", "b");

        assertThat(agreement.top5Agreement()).isEqualTo(0.6);
        assertThat(agreement.top1Agreement()).isOne();
    }

    @Test
    void divergenceIsMeasuredFromTheModelThatOthersAreComparedWith() {
        Windows windows = new Windows(List.of(new int[] {5}), SPECIAL, 9);
        Scheduler sharp = new KnownScheduler(text -> new float[] {0, 0, 0, 0, 0, 0, (float) Math.log(3)});
        Scheduler flat = new KnownScheduler(text -> new float[7]);

        // q is flat, 1/7 each; p is 1/9 six times and 1/3.
        double fromFlat = 6.0 / 7 * Math.log(9.0 / 7) + 1.0 / 7 * Math.log(3.0 / 7);
        double fromSharp = 6.0 / 9 * Math.log(7.0 / 9) + 1.0 / 3 * Math.log(7.0 / 3);
        assertThat(Comparison.of(all(windows), sharp, flat, done -> {})
                        .agreement("a", "b")
                        .meanDivergence())
                .isCloseTo(fromFlat, within(1e-6));
        assertThat(Comparison.of(all(windows), flat, sharp, done -> {})
                        .agreement("a", "b")
                        .meanDivergence())
                .isCloseTo(fromSharp, within(1e-6));
    }

    @Test
    void moreCopiesThanAreHandedOverAtOnceAreAllMeasuredAndCounted() {
        Windows windows = new Windows(Collections.nCopies(300, new int[] {5, 6, 7, 8, 9}), SPECIAL, 9);
        AtomicInteger done = new AtomicInteger();

        Predictions predictions =
                Predictions.of(all(windows), new KnownScheduler(PredictionsTest::halves), done::addAndGet);
        Comparison comparison = Comparison.of(
                all(windows),
                new KnownScheduler(PredictionsTest::halves),
                new KnownScheduler(PredictionsTest::halves),
                done::addAndGet);

        assertThat(done).hasValue(3000);
        assertThat(comparison.second().ranks()).isEqualTo(predictions.ranks());
        assertThat(Arrays.stream(predictions.ranks()).limit(5)).containsExactly(1, 2, 3, 4, 5);
        assertThat(predictions.ranks()).doesNotContain(0);
        assertThat(predictions.best()).containsOnly(5);
    }

    @Test
    void aModelWithBrokenNumbersIsRefused() {
        Windows windows = new Windows(List.of(new int[] {5}), SPECIAL, 9);
        Scheduler broken = new KnownScheduler(text -> new float[] {Float.NaN});

        assertThatThrownBy(() -> predict(windows, broken))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining("the model returned logits that are not finite");
    }

    @Property(tries = 100)
    void measuresAreInTheirRangesAndAModelAgreesWithItself(
            @ForAll @NotEmpty @Size(max = 8)
                    List<@NotEmpty @Size(max = 20) List<@IntRange(min = 5, max = 15) Integer>> texts,
            @ForAll long seed,
            @ForAll @IntRange(min = 3, max = 12) int longest) {
        Windows windows = new Windows(
                texts.stream()
                        .map(text -> text.stream().mapToInt(Integer::intValue).toArray())
                        .toList(),
                SPECIAL,
                longest);
        Scheduler scheduler = new KnownScheduler(text -> random(text, seed));

        Evaluation evaluation = evaluate(windows, texts.size(), scheduler);
        Agreement agreement =
                Comparison.of(all(windows), scheduler, scheduler, done -> {}).agreement("a", "a");
        Agreement others = Comparison.of(
                        all(windows), scheduler, new KnownScheduler(text -> random(text, seed + 1)), done -> {})
                .agreement("a", "b");

        assertThat(evaluation.top1Accuracy()).isBetween(0.0, evaluation.top5Accuracy());
        assertThat(evaluation.top5Accuracy()).isLessThanOrEqualTo(1);
        assertThat(evaluation.pseudoPerplexity()).isGreaterThanOrEqualTo(1).isFinite();
        assertThat(evaluation.byFrequency().stream().mapToInt(Band::positions).sum())
                .isEqualTo(evaluation.positions());
        assertThat(agreement.top1Agreement()).isOne();
        assertThat(agreement.largestScoreDifference()).isZero();
        assertThat(agreement.meanScoreDifference()).isZero();
        assertThat(agreement.top5Agreement()).isOne();
        assertThat(agreement.meanDivergence()).isZero();
        assertThat(others.top5Agreement()).isBetween(0.0, 1.0);
        assertThat(others.meanDivergence()).isPositive().isFinite();
    }
}
