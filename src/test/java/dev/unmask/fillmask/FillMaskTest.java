package dev.unmask.fillmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.batching.Account;
import dev.unmask.batching.Deadline;
import dev.unmask.batching.Lanes;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.engine.Choice;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import dev.unmask.text.Tokenizer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline with the toy tokenizer and a scheduler that prefers a token for each mask by rule. */
class FillMaskTest {
    private static final int VOCABULARY = 170;
    private static final QueryLimits LIMITS = new QueryLimits(3, 768, 12, 8, 20, 32, 4000, Duration.ofSeconds(7));
    private static final int THE = 114;
    private static final Account ANY_SIZE = size -> {};

    private static final Lanes LANES = new Lanes(1);

    private static Tokenizer tokenizer;

    private final PreferringScheduler scheduler = new PreferringScheduler();
    private final FillMask fillMask = new FillMask(tokenizer, scheduler, VOCABULARY, LIMITS, LANES);

    /** At a mask, token {@code 114 + its position} has logit 3, the next one 2, the next one 1, and all others 0. */
    private static final class PreferringScheduler implements Scheduler {
        private final List<List<MaskedText>> submitted = new ArrayList<>();
        private Duration timeout;

        /** Whether no more is given than is asked for. */
        private boolean choosing;

        @Override
        public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline within, RowReader reader) {
            submitted.add(texts);
            timeout = within.timeout();
            float[] logits = new float[VOCABULARY];
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
            Collections.reverse(order);
            for (int text : order) {
                int[] masks = texts.get(text).masks();
                for (int mask = 0; mask < masks.length; mask++) {
                    Arrays.fill(logits, 0);
                    for (int i = 0; i < 3; i++) {
                        logits[THE + masks[mask] + i] = 3 - i;
                    }
                    FloatBuffer scores = softmax(logits);
                    int[] chosen = choosing ? chosen(texts.get(text).choice(), scores) : null;
                    reader.read(text, mask, chosen == null ? scores : at(chosen, scores), chosen);
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        /** In no order. */
        private static int[] chosen(Choice choice, FloatBuffer scores) {
            if (choice instanceof Choice.Among among) {
                return among.tokens();
            }
            List<Integer> best = IntStream.range(0, VOCABULARY)
                    .boxed()
                    .sorted(Comparator.comparing((Integer token) -> -scores.get(token))
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(((Choice.Best) choice).count())
                    .collect(Collectors.toList());
            Collections.shuffle(best, new Random(7));
            return best.stream().mapToInt(Integer::intValue).toArray();
        }

        private static FloatBuffer at(int[] tokens, FloatBuffer scores) {
            FloatBuffer values = FloatBuffer.allocate(tokens.length);
            IntStream.of(tokens).forEach(token -> values.put(scores.get(token)));
            return values.flip();
        }

        private static FloatBuffer softmax(float[] logits) {
            double sum = IntStream.range(0, logits.length)
                    .mapToDouble(i -> Math.exp(logits[i]))
                    .sum();
            FloatBuffer scores = FloatBuffer.allocate(logits.length);
            for (float logit : logits) {
                scores.put((float) (Math.exp(logit) / sum));
            }
            return scores.flip();
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Path.of("src/test/resources/toy-model"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void aMaskHasFivePredictionsUnlessAskedOtherwise() {
        Answer answer = answer(query("[MASK]"));

        assertThat(answer.texts()).hasSize(1);
        assertThat(answer.texts().get(0)).hasSize(1);
        assertThat(tokens(answer, 0, 0)).containsExactly(115, 116, 117, 0, 1);
        assertThat(answer.warnings()).isEmpty();
        assertThat(scheduler.timeout).isEqualTo(LIMITS.timeout());
    }

    @Test
    void fromWhatIsAskedForAloneTheAnswersAreTheSame() {
        List<Query> queries = List.of(
                query("[MASK]", "the [MASK] [MASK]"),
                query(Optional.empty(), OptionalInt.of(9), "[MASK]"),
                query(Optional.empty(), OptionalInt.of(VOCABULARY), "[MASK]"),
                query(Optional.of(List.of("there", "##thorax", "the")), OptionalInt.empty(), "[MASK]"),
                query(Optional.of(List.of("there", "##thorax", "the")), OptionalInt.of(2), "the [MASK]", "[MASK]"));
        for (Query query : queries) {
            scheduler.choosing = false;
            List<List<List<Prediction>>> whole = answer(query).texts();
            scheduler.choosing = true;

            assertThat(answer(query).texts()).isEqualTo(whole);
        }
    }

    @Test
    void scoresAreProbabilitiesOverTheWholeVocabularyAlsoWithTargets() {
        double sum = Math.exp(3) + Math.exp(2) + Math.exp(1) + (VOCABULARY - 3);

        Answer answer = answer(query(Optional.of(List.of("there", "##thorax")), OptionalInt.empty(), "[MASK]"));

        List<Prediction> predictions = answer.texts().get(0).get(0);
        assertThat(predictions).extracting(Prediction::tokenText).containsExactly("there", "##thorax");
        assertThat(predictions.get(0).score()).isEqualTo((float) (Math.exp(3) / sum));
        assertThat(predictions.get(1).score()).isEqualTo((float) (1 / sum));
    }

    @Test
    void everyTextAndMaskOfABatchHasItsOwnPredictionsAndSequence() {
        Answer answer = answer(query(Optional.empty(), OptionalInt.of(1), "[MASK] the", "the [MASK] [MASK]", "[MASK]"));

        assertThat(answer.texts().stream().map(List::size)).containsExactly(1, 2, 1);
        assertThat(sequence(answer, 0, 0)).isEqualTo("there the");
        assertThat(sequence(answer, 1, 0)).isEqualTo("[CLS] the is [MASK] [SEP]");
        assertThat(sequence(answer, 1, 1)).isEqualTo("[CLS] the [MASK] no [SEP]");
        assertThat(sequence(answer, 2, 0)).isEqualTo("there");
    }

    @Test
    void noTextsAreAnsweredWithoutRunningAnything() {
        assertThat(answer(query(Optional.empty(), OptionalInt.empty())).texts()).isEmpty();
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void topKOfZeroGivesNoPredictionForEachMask() {
        assertThat(answer(query(Optional.empty(), OptionalInt.of(0), "[MASK] [MASK]"))
                        .texts())
                .containsExactly(List.of(List.of(), List.of()));
        assertThat(scheduler.submitted).as("the model is not asked").isEmpty();
    }

    @Test
    void aTextOfTooManyCharactersIsRefusedBeforeItIsTokenized() {
        String text = "[MASK]" + ".".repeat(762);

        assertBadRequest(query(text + "."), Part.TEXT, OptionalInt.empty(), 769, 768);
        assertBadRequest(query("[MASK]", text + "\ud83d\ude00"), Part.TEXT, OptionalInt.of(1), 769, 768);
        assertThat(answer(cut(text)).texts()).hasSize(1);
    }

    @Test
    void aTextOfTooManyMasksIsRefused() {
        assertThat(answer(query("[MASK]".repeat(8))).texts().get(0)).hasSize(8);
        assertBadRequest(query("[MASK]".repeat(9)), Part.TEXT, OptionalInt.empty(), "9 masks", 8);
    }

    @Test
    void targetsAreBoundedInNumberAndLength() {
        List<String> most = Collections.nCopies(20, "the");

        assertThat(answer(query(Optional.of(most), OptionalInt.empty(), "[MASK]"))
                        .texts())
                .hasSize(1);
        assertBadRequest(
                query(Optional.of(Collections.nCopies(21, "the")), OptionalInt.empty(), "[MASK]"),
                Part.TARGETS,
                OptionalInt.empty(),
                21,
                20);
        assertBadRequest(
                query(Optional.of(List.of("the", "x".repeat(33))), OptionalInt.empty(), "[MASK]"),
                Part.TARGET,
                OptionalInt.of(1),
                33,
                32);
    }

    @Test
    void theTimeForTheAnswerRunsFromTheQuestionsArrival() {
        long tooLongAgo = System.nanoTime() - LIMITS.timeout().toNanos();

        assertThatThrownBy(() ->
                        fillMask.answer(query("[MASK]"), tooLongAgo, ANY_SIZE).join())
                .cause()
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.TOO_LATE));
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void anAnswerForWhichThereIsNoRoomIsRefusedBeforeAnythingRuns() {
        Fault full = new Fault(Fault.Kind.OUT_OF_ROOM, "No room.");

        assertThatThrownBy(() -> fillMask.answer(query("[MASK]"), System.nanoTime(), size -> {
                            assertThat(size).isBetween(5L * 8, 1000L);
                            throw full;
                        })
                        .join())
                .hasCause(full);
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void theWholeVocabularyCanBeAskedForAndIdsWithoutAPieceHaveNoText() {
        Answer answer = answer(query(Optional.empty(), OptionalInt.of(VOCABULARY), "[MASK]"));

        assertThat(tokens(answer, 0, 0)).hasSize(VOCABULARY).doesNotHaveDuplicates();
        assertThat(answer.texts().get(0).get(0).get(VOCABULARY - 1))
                .extracting(Prediction::token, Prediction::tokenText, Prediction::sequence)
                .containsExactly(VOCABULARY - 1, "", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, VOCABULARY + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void topKBeyondTheVocabularyIsRefused(int topK) {
        assertBadRequest(
                query(Optional.empty(), OptionalInt.of(topK), "[MASK]"), Part.TOP_K, OptionalInt.empty(), topK, 170);
    }

    @Test
    void withTargetsTopKBoundsTheirNumberAndTheirNumberBoundsTopK() {
        List<String> seven = List.of("a", "b", "c", "d", "e", "f", "g");

        assertThat(tokens(answer(query(Optional.of(seven), OptionalInt.empty(), "[MASK]")), 0, 0))
                .hasSize(5);
        assertThat(tokens(answer(query(Optional.of(seven), OptionalInt.of(9999), "[MASK]")), 0, 0))
                .hasSize(7);
        assertBadRequest(
                query(Optional.of(seven), OptionalInt.of(-1), "[MASK]"), Part.TOP_K, OptionalInt.empty(), -1, 170);
    }

    @Test
    void warningsOfTargetsReachTheAnswer() {
        assertThat(answer(query(Optional.of(List.of("pneumothorax")), OptionalInt.empty(), "[MASK]"))
                        .warnings())
                .singleElement()
                .returns(0, TargetWarning::target);
    }

    @Test
    void oneBadTextRefusesTheRequestBeforeAnythingRuns() {
        assertBadRequest(query("[MASK]", "none"), Part.TEXT, OptionalInt.of(1), "No mask_token ([MASK])");
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void moreTextsThanAllowedAreRefused() {
        assertBadRequest(query("[MASK]", "[MASK]", "[MASK]", "[MASK]"), Part.TEXTS, OptionalInt.empty(), 4, 3);
    }

    @Test
    void anAnswerThatWouldBeTooLargeIsRefusedBeforeAnythingRuns() {
        String text = "[MASK] [MASK] the the the the the the the the";

        assertThat(answer(query(Optional.empty(), OptionalInt.of(166), text)).texts())
                .hasSize(1);
        assertBadRequest(
                query(Optional.empty(), OptionalInt.of(167), text), Part.ANSWER, OptionalInt.empty(), 4008, 4000);
        assertThat(scheduler.submitted).hasSize(1);
    }

    @Test
    void aModelWithBrokenNumbersFailsTheAnswer() {
        Scheduler broken = new Scheduler() {
            @Override
            public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader) {
                return CompletableFuture.runAsync(
                        () -> reader.read(0, 0, FloatBuffer.wrap(new float[] {Float.NaN}), null));
            }

            @Override
            public boolean alive() {
                return true;
            }

            @Override
            public void close() {}
        };
        CompletableFuture<Answer> answer = new FillMask(tokenizer, broken, VOCABULARY, LIMITS, LANES)
                .answer(query("[MASK]"), System.nanoTime(), ANY_SIZE);

        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContaining("not finite");
    }

    private Answer answer(Query query) {
        return fillMask.answer(query, System.nanoTime(), ANY_SIZE).join();
    }

    private void assertBadRequest(Query query, Part part, OptionalInt index, Object... facts) {
        assertThatThrownBy(() ->
                        fillMask.answer(query, System.nanoTime(), ANY_SIZE).join())
                .cause()
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST);
                    assertThat(fault.part()).hasValue(part);
                    assertThat(fault.index()).isEqualTo(index);
                    assertThat(Arrays.stream(facts).map(Object::toString))
                            .allSatisfy(fact -> assertThat(fault.getMessage()).contains(fact));
                });
    }

    private static Query query(String... texts) {
        return query(Optional.empty(), OptionalInt.empty(), texts);
    }

    private static Query query(Optional<List<String>> targets, OptionalInt topK, String... texts) {
        return new Query(List.of(texts), topK, targets, Query.Encoding.PLAIN);
    }

    private static Query cut(String text) {
        return new Query(
                List.of(text),
                OptionalInt.empty(),
                Optional.empty(),
                new Query.Encoding(true, OptionalInt.of(12), true));
    }

    private static List<Integer> tokens(Answer answer, int text, int mask) {
        return answer.texts().get(text).get(mask).stream()
                .map(Prediction::token)
                .toList();
    }

    private static String sequence(Answer answer, int text, int mask) {
        return answer.texts().get(text).get(mask).get(0).sequence();
    }
}
