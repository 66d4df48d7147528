package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Rows;
import dev.unmask.fault.Fault;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Admission, deadlines, batches and failures. */
@Timeout(60)
class DispatcherTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final BatchLimits LIMITS = new BatchLimits(40, 8, 100, false);
    private static final RowReader NOBODY = (text, mask, logits, all) -> {};

    private final RecordingRunner runner = new RecordingRunner();
    private final GatedRunner gated = new GatedRunner(runner);
    private Dispatcher dispatcher = new Dispatcher(runner, LIMITS);

    @AfterEach
    void close() {
        gated.open();
        dispatcher.close();
    }

    /** Replaces the dispatcher with one whose batches wait at the gate. */
    private void stopAtTheGate() {
        dispatcher.close();
        dispatcher = new Dispatcher(gated, LIMITS);
    }

    @Test
    void textsOfLikeLengthsRunTogetherShortestFirst() throws Exception {
        dispatcher.submit(texts(20, 3, 10, 4, 19, 9), Deadline.in(LONG), NOBODY).get();

        assertThat(runner.lengths()).containsExactly(new int[] {3, 4}, new int[] {9, 10, 19}, new int[] {20});
    }

    @Test
    void aTextLargerThanABatchRunsAlone() throws Exception {
        dispatcher.submit(texts(41, 41, 2), Deadline.in(LONG), NOBODY).get();

        assertThat(runner.lengths()).containsExactly(new int[] {2}, new int[] {41}, new int[] {41});
    }

    @Test
    void masksBoundABatchToo() throws Exception {
        int[] five = {0, 1, 2, 3, 4};
        List<MaskedText> texts = List.of(
                new MaskedText(new int[5], five),
                new MaskedText(new int[5], five),
                new MaskedText(new int[10], IntStream.range(0, 10).toArray()));
        dispatcher.submit(texts, Deadline.in(LONG), NOBODY).get();

        assertThat(runner.masksRun()).containsExactly(5, 5, 8, 2);
    }

    /** Runs a first request that waits at the gate, then the given ones, and says in which order their texts were read. */
    private List<Integer> orderOf(List<List<MaskedText>> requests) throws Exception {
        dispatcher.close();
        dispatcher = new Dispatcher(gated, new BatchLimits(40, 8, 1000, false));
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> running = new ArrayList<>();
        running.add(dispatcher.submit(texts(1), Deadline.in(LONG), NOBODY));
        gated.awaitBatch();
        for (int i = 0; i < requests.size(); i++) {
            int request = i;
            running.add(dispatcher.submit(
                    requests.get(i), Deadline.in(LONG), (text, mask, logits, all) -> order.add(request)));
        }
        gated.open();
        for (CompletableFuture<Void> request : running) {
            request.get();
        }
        return order;
    }

    @Test
    void rowsAreHandedOnWhileTheNextBatchRuns() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        dispatcher.close();
        dispatcher = new Dispatcher(
                (ids, masks, choices) -> {
                    if (ids[0].length == 100) {
                        second.countDown();
                    }
                    return gated.run(ids, masks, choices);
                },
                new BatchLimits(40, 8, 1000, false));
        CompletableFuture<Void> first =
                dispatcher.submit(texts(1), Deadline.in(LONG), (text, mask, logits, all) -> await(second));
        gated.awaitBatch();
        CompletableFuture<Void> next = dispatcher.submit(texts(100), Deadline.in(LONG), NOBODY);
        gated.open();

        first.get();
        next.get();
    }

    @Test
    void likeRequestsRunInTheOrderOfTheirArrival() throws Exception {
        assertThat(orderOf(Collections.nCopies(10, texts(7)))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void shortRequestsShareABatchAndGoBeforeTheRestOfLongOnes() throws Exception {
        List<MaskedText> three = texts(30, 30, 30);

        assertThat(orderOf(List.of(three, three, texts(2), texts(3), texts(4), texts(5))))
                .containsExactly(2, 3, 4, 5, 0, 0, 0, 1, 1, 1);
        assertThat(runner.lengths().get(1)).containsExactly(2, 3, 4, 5);
    }

    @Test
    void whatNobodyWaitsForIsNotRun() throws Exception {
        stopAtTheGate();
        CompletableFuture<Void> running = dispatcher.submit(texts(5), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();
        CompletableFuture<Void> cancelled = dispatcher.submit(texts(7), Deadline.in(LONG), NOBODY);
        Deadline deadline = Deadline.in(LONG);
        CompletableFuture<Void> abandoned = dispatcher.submit(texts(8), deadline, NOBODY);
        cancelled.cancel(false);
        deadline.abandon();
        gated.open();

        running.get();
        assertThatThrownBy(abandoned::get).cause().isInstanceOf(Fault.class);
        dispatcher.submit(texts(100), Deadline.in(LONG), NOBODY).get();
        assertThat(runner.lengths()).containsExactly(new int[] {5}, new int[] {100});
    }

    @Test
    void aReaderThatFailsFailsItsOwnRequestAndNoOtherOfTheBatch() throws Exception {
        stopAtTheGate();
        dispatcher.submit(texts(1), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();
        CompletableFuture<Void> failing = dispatcher.submit(texts(6), Deadline.in(LONG), (text, mask, logits, all) -> {
            throw new IllegalArgumentException("unread");
        });
        CompletableFuture<Void> well = dispatcher.submit(texts(6), Deadline.in(LONG), NOBODY);
        gated.open();

        assertThatThrownBy(failing::get).cause().isInstanceOf(IllegalArgumentException.class);
        well.get();
        assertThat(runner.lengths()).containsExactly(new int[] {1}, new int[] {6, 6});
    }

    @Test
    void whoIsRefusedHearsWhenThereWillBeRoom() throws Exception {
        dispatcher.close();
        AtomicLong clock = new AtomicLong(System.nanoTime());
        AtomicBoolean measured = new AtomicBoolean();
        dispatcher = new Dispatcher(
                (ids, masks, choices) -> {
                    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
                    return measured.getAndSet(true) ? gated.run(ids, masks, choices) : runner.run(ids, masks, choices);
                },
                new BatchLimits(40, 8, 1000, false),
                TextCost.TOKENS,
                Stages.UNTOLD,
                clock::get);
        dispatcher.submit(texts(40), Deadline.in(LONG), NOBODY).get();
        Awaitility.await().until(() -> Double.isFinite(dispatcher.tokensWithin(LONG)));
        CompletableFuture<Void> much = dispatcher.submit(
                texts(40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40),
                Deadline.in(LONG),
                NOBODY);

        assertThatThrownBy(() -> dispatcher.submit(texts(100), Deadline.in(LONG), NOBODY))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.retrySeconds()).isBetween(3, 8));
        much.cancel(false);
    }

    /** The first of many is running when the deadline of the last passes: that one hears of it before the others have run. */
    @Test
    void whatIsTooLateIsToldSoBeforeTheQueueIsDone() throws Exception {
        dispatcher.close();
        AtomicLong clock = new AtomicLong(System.nanoTime());
        dispatcher = new Dispatcher(gated, LIMITS, TextCost.TOKENS, Stages.UNTOLD, clock::get);
        dispatcher.submit(texts(2), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();
        List<CompletableFuture<Void>> patient = IntStream.range(0, 5)
                .mapToObj(i -> dispatcher.submit(texts(2), Deadline.in(LONG), NOBODY))
                .toList();
        List<Integer> doneBefore = new ArrayList<>();
        CompletableFuture<Void> late = dispatcher
                .submit(texts(9), Deadline.after(clock.get(), Duration.ofSeconds(1)), NOBODY)
                .whenComplete((done, failure) -> doneBefore.add(
                        (int) patient.stream().filter(CompletableFuture::isDone).count()));
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        gated.open();

        assertThatThrownBy(late::get).cause().isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.kind())
                .isEqualTo(Fault.Kind.TOO_LATE));
        assertThat(doneBefore).containsExactly(0);
        for (CompletableFuture<Void> one : patient) {
            one.get();
        }
    }

    @Test
    void aTextOfMoreMasksThanABatchRunsInParts() throws Exception {
        int[] masks = IntStream.range(0, 19).toArray();
        List<Float> read = new ArrayList<>();
        dispatcher
                .submit(
                        List.of(new MaskedText(new int[20], masks)),
                        Deadline.in(LONG),
                        (text, mask, row, all) -> read.add(row.get(2)))
                .get();

        assertThat(runner.masksRun()).containsExactly(8, 8, 3);
        assertThat(read).hasSize(19).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void eachTextsChoiceComesWithIt() throws Exception {
        List<Choice> chosen = Collections.synchronizedList(new ArrayList<>());
        Scheduler recording = dispatcher.sharing((ids, masks, choices) -> {
            for (int text = 0; text < ids.length; text++) {
                assertThat(choices[text]).isEqualTo(choice(ids[text].length));
            }
            chosen.addAll(List.of(choices));
            return runner.run(ids, masks, choices);
        });
        List<MaskedText> texts = new ArrayList<>();
        for (MaskedText text : texts(4, 3, 9, 2)) {
            texts.add(new MaskedText(text.ids(), text.masks(), choice(text.length())));
        }
        // Of more masks than a batch has, so that it runs in parts.
        texts.add(new MaskedText(new int[20], IntStream.range(0, 19).toArray(), choice(20)));

        recording.submit(texts, Deadline.in(LONG), NOBODY).get();

        assertThat(chosen).hasSize(4 + 3).contains(choice(2), choice(3), choice(4), choice(9), choice(20));
        assertThat(texts(1).get(0).choice()).isEqualTo(Choice.WHOLE);
    }

    private static Choice choice(int length) {
        return new Choice.Best(length);
    }

    @Test
    void whatWouldOverfillTheQueueIsRefusedAtOnceAndTheRestIsAnswered() throws Exception {
        stopAtTheGate();
        CompletableFuture<Void> running = dispatcher.submit(texts(30, 30), Deadline.in(LONG), NOBODY);
        CompletableFuture<Void> waiting = dispatcher.submit(texts(40), Deadline.in(LONG), NOBODY);

        assertThatThrownBy(() -> dispatcher.submit(texts(1), Deadline.in(LONG), NOBODY))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.OVERLOADED))
                .hasMessageContaining("100 tokens");

        gated.open();
        running.get();
        waiting.get();
        dispatcher.submit(texts(40), Deadline.in(LONG), NOBODY).get();
    }

    @Test
    void aRequestLargerThanTheQueueIsTakenWhenNothingWaits() throws Exception {
        dispatcher.submit(texts(60, 60), Deadline.in(LONG), NOBODY).get();

        assertThat(runner.lengths()).hasSize(2);
    }

    /** A client that sends its next request as soon as it has the answer must find its place free. */
    @Test
    void aRequestThatIsAnsweredNoLongerCountsAsWaiting() throws Exception {
        CompletableFuture<Void> next = dispatcher
                .submit(texts(100), Deadline.in(LONG), NOBODY)
                .thenCompose(answered -> dispatcher.submit(texts(100), Deadline.in(LONG), NOBODY));
        next.get();
        for (int i = 0; i < 2000; i++) {
            dispatcher.submit(texts(100), Deadline.in(LONG), NOBODY).get();
        }
        assertThat(runner.lengths()).hasSize(2002);
    }

    @Test
    void whatSharesItsQueueRunsInItsTurnOnItsOwnRunnerARowForEachText() throws Exception {
        stopAtTheGate();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Scheduler sharing = dispatcher.sharing((ids, masks, choices) -> {
            assertThat(masks).isDeepEqualTo(new int[ids.length][0]);
            return new Rows(FloatBuffer.wrap(new float[] {ids[0].length, ids[1].length}), 1);
        });
        List<MaskedText> whole = List.of(MaskedText.unmasked(new int[9]), MaskedText.unmasked(new int[4]));
        CompletableFuture<Void> before =
                dispatcher.submit(texts(5), Deadline.in(LONG), (text, mask, row, all) -> order.add("before"));
        gated.awaitBatch();
        CompletableFuture<Void> embedded = sharing.submit(
                whole,
                Deadline.in(LONG),
                (text, mask, row, all) ->
                        order.add("text %d, row %d: %.0f of %d".formatted(text, mask, row.get(0), row.limit())));
        CompletableFuture<Void> after =
                dispatcher.submit(texts(82), Deadline.in(LONG), (text, mask, row, all) -> order.add("after"));
        assertThatThrownBy(() -> sharing.submit(whole, Deadline.in(LONG), NOBODY))
                .hasMessageContaining("(100 tokens of at most 100)");
        gated.open();
        before.get();
        embedded.get();
        after.get();

        assertThat(order).containsExactly("before", "text 1, row 0: 4 of 1", "text 0, row 0: 9 of 1", "after");
        assertThat(runner.lengths()).containsExactly(new int[] {5}, new int[] {82});
    }

    @Test
    void whatSharesItsQueueLivesAndClosesWithIt() {
        Scheduler sharing = dispatcher.sharing(runner);
        assertThat(sharing.alive()).isTrue();
        sharing.close();

        assertThat(dispatcher.alive()).isFalse();
        assertThat(sharing.alive()).isFalse();
    }

    @Test
    void textsWithoutMasksCountAsOneEachInABatch() throws Exception {
        List<int[]> batches = new ArrayList<>();
        Scheduler sharing = dispatcher.sharing((ids, masks, choices) -> {
            batches.add(new int[ids.length]);
            return new Rows(FloatBuffer.allocate(ids.length), 1);
        });
        sharing.submit(Collections.nCopies(10, MaskedText.unmasked(new int[1])), Deadline.in(LONG), NOBODY)
                .get();

        assertThat(batches).containsExactly(new int[8], new int[2]);
    }

    @Test
    void aRequestWhoseTimeIsOverIsNotRun() throws Exception {
        stopAtTheGate();
        dispatcher.submit(texts(5), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();
        CompletableFuture<Void> late = dispatcher.submit(texts(7), Deadline.in(Duration.ofMillis(20)), NOBODY);
        assertThatThrownBy(() -> late.get(60, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        gated.open();

        assertThatThrownBy(late::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.TOO_LATE))
                .hasMessageContaining("20 ms");
        assertThat(runner.lengths()).containsExactly(new int[] {5});
    }

    @Test
    void aRequestStopsBetweenBatchesWhenItsTimeIsOver() {
        dispatcher.close();
        AtomicLong clock = new AtomicLong(System.nanoTime());
        dispatcher = new Dispatcher(
                (ids, masks, choices) -> {
                    clock.addAndGet(2 * LONG.toNanos());
                    return runner.run(ids, masks, choices);
                },
                LIMITS,
                TextCost.TOKENS,
                Stages.UNTOLD,
                clock::get);
        CompletableFuture<Void> late = dispatcher.submit(texts(39, 40), Deadline.in(LONG), NOBODY);

        assertThatThrownBy(late::get).cause().isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.kind())
                .isEqualTo(Fault.Kind.TOO_LATE));
        assertThat(runner.lengths()).containsExactly(new int[] {39});
    }

    @Test
    void whoIsAtOneBatchForTooLongHangs() throws Exception {
        dispatcher.close();
        AtomicLong clock = new AtomicLong(System.nanoTime());
        dispatcher = new Dispatcher(gated, LIMITS, TextCost.TOKENS, Stages.UNTOLD, clock::get);
        assertThat(dispatcher.hangs(Duration.ofSeconds(60))).as("idle").isFalse();
        CompletableFuture<Void> running = dispatcher.submit(texts(5), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();

        clock.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(dispatcher.hangs(Duration.ofSeconds(60))).isFalse();
        clock.addAndGet(1);
        assertThat(dispatcher.hangs(Duration.ofSeconds(60))).isTrue();
        gated.open();
        running.get();
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(dispatcher.hangs(Duration.ofSeconds(60))).as("idle again").isFalse();
    }

    @Test
    void aRunnerThatFailsFailsThatRequestAndNoOther() throws Exception {
        dispatcher.close();
        dispatcher = new Dispatcher(
                (ids, masks, choices) -> {
                    if (Arrays.stream(ids).anyMatch(text -> text.length == 13)) {
                        throw new OutOfMemoryError("no memory for 13 tokens");
                    }
                    return runner.run(ids, masks, choices);
                },
                LIMITS);
        CompletableFuture<Void> before = dispatcher.submit(texts(5), Deadline.in(LONG), NOBODY);
        CompletableFuture<Void> failing = dispatcher.submit(texts(13), Deadline.in(LONG), NOBODY);
        CompletableFuture<Void> after = dispatcher.submit(texts(6), Deadline.in(LONG), NOBODY);

        before.get();
        assertThatThrownBy(failing::get)
                .cause()
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("no memory for 13 tokens");
        after.get();
        assertThat(dispatcher.alive()).isTrue();
    }

    @Test
    void aFailedRequestGivesItsPlaceBack() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> failing =
                    dispatcher.submit(texts(100), Deadline.in(LONG), (text, mask, logits, all) -> {
                        throw new IllegalArgumentException("unread");
                    });
            assertThatThrownBy(failing::get)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("unread");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static List<MaskedText> texts(int... lengths) {
        return IntStream.of(lengths)
                .mapToObj(length -> new MaskedText(new int[length], new int[] {0}))
                .toList();
    }
}
