package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How the texts of many requests become batches. */
class TextQueueTest {
    private static final BatchRunner LOGITS = (ids, masks, choices) -> null;
    private static final BatchRunner EMBEDDINGS = (ids, masks, choices) -> null;

    private final TextQueue queue = new TextQueue(new BatchLimits(512, 64, 1_000_000, false));

    private static TextRequest request(BatchRunner runner, int... lengths) {
        return new TextRequest(
                runner,
                Arrays.stream(lengths)
                        .mapToObj(length -> new MaskedText(new int[length], new int[] {0}))
                        .toList(),
                Deadline.in(Duration.ofMinutes(5)),
                (text, mask, row, all) -> {},
                TextCost.TOKENS,
                0);
    }

    private TextRequest offer(int... lengths) {
        TextRequest request = request(LOGITS, lengths);
        queue.add(request);
        return request;
    }

    private static int[] lengths(List<QueuedText> batch) {
        return batch.stream().mapToInt(text -> text.text().length()).toArray();
    }

    @Example
    void textsOfManyRequestsShareABatch() {
        for (int i = 0; i < 20; i++) {
            offer(40 + i % 5);
        }

        assertThat(queue.next()).hasSize(12);
        assertThat(queue.next()).hasSize(8);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Example
    void textsOfUnlikeLengthsDoNotRunTogether() {
        offer(10, 18, 100, 124, 300);

        assertThat(lengths(queue.next())).containsExactly(10, 18);
        assertThat(lengths(queue.next())).containsExactly(100, 124);
        assertThat(lengths(queue.next())).containsExactly(300);
        assertThat(queue.next()).isEmpty();
    }

    @Example
    void textsOfAnyLengthsRunTogetherWhereTheModelAllowsIt() {
        TextQueue mixed = new TextQueue(new BatchLimits(512, 64, 1_000_000, true));
        mixed.add(request(LOGITS, 10, 300, 18, 124, 100));

        assertThat(lengths(mixed.next())).containsExactly(10, 18, 100, 124);
        assertThat(lengths(mixed.next())).containsExactly(300);
    }

    @Example
    void textsForAnotherOutputDoNotRunTogether() {
        offer(10);
        queue.add(request(EMBEDDINGS, 10));
        offer(10);

        assertThat(queue.next()).hasSize(2);
        assertThat(queue.next()).hasSize(1);
    }

    /** The batch in progress comes on top. */
    @Example
    void aShortRequestWaitsForOneBatchAtMostHoweverManyLongOnesCameBefore() {
        for (int i = 0; i < 40; i++) {
            offer(500, 500, 500);
        }
        for (int i = 0; i < 20; i++) {
            TextRequest single = offer(12);
            int waited = 0;
            while (single.waiting().shortest() != null) {
                queue.next();
                waited++;
            }
            assertThat(waited - 1).isLessThanOrEqualTo(1);
        }
    }

    /** Short requests that fill whole batches come without a pause; every other batch is for the long one. */
    @Example
    void aLongRequestHasHalfOfTheBatchesHoweverManyShortOnesCome() {
        TextRequest large = offer(IntStream.range(0, 20).map(i -> 400).toArray());
        int batches = 0;
        while (large.waiting().shortest() != null) {
            offer(500);
            offer(500);
            queue.next();
            batches++;
        }
        assertThat(batches).isLessThanOrEqualTo(2 * 20 + 1);
    }

    @Example
    void shortOnesThatLeaveRoomShareTheirBatchesWithALongOne() {
        TextRequest large = offer(IntStream.range(0, 20).map(i -> 100).toArray());
        offer(90);

        assertThat(queue.next()).hasSize(5).extracting(QueuedText::request).contains(large);
    }

    /** As many as are answered come anew, each of one short text, while a long text waits. */
    @Example
    void aLongTextIsNotPutOffByShortOnesThatComeLater() {
        for (int i = 0; i < 60; i++) {
            offer(20);
        }
        TextRequest single = offer(110);
        int batches = 0;
        while (single.waiting().shortest() != null) {
            queue.next().forEach(answered -> offer(20));
            assertThat(++batches).isLessThan(20);
        }
    }

    @Example
    void longRequestsAreDoneOneAfterTheOther() {
        List<TextRequest> large = IntStream.range(0, 3)
                .mapToObj(i ->
                        offer(IntStream.range(0, 50).map(text -> 100 + 150 * i).toArray()))
                .toList();
        for (int i = 0; i < 3; i++) {
            while (large.get(i).waiting().shortest() != null) {
                for (TextRequest later : large.subList(Math.min(3, i + 2), 3)) {
                    assertThat(later.waitingCost()).isEqualTo(later.cost());
                }
                queue.next();
            }
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Example
    void aRequestThatEndsLeavesNothingBehind() {
        TextRequest one = offer(10, 20, 30);
        TextRequest other = offer(10);
        queue.remove(one);

        assertThat(queue.tokens()).isEqualTo(10);
        assertThat(queue.next()).extracting(QueuedText::request).containsExactly(other);
        assertThat(queue.isEmpty()).isTrue();
    }

    /** Whatever comes, ends and is taken, in whatever order. */
    @Property(tries = 300)
    void everyTextIsTakenOnceUnlessItsRequestEndsAndNoBatchIsTooLarge(
            @ForAll Random random,
            @ForAll @IntRange(min = 8, max = 600) int tokens,
            @ForAll @IntRange(min = 1, max = 20) int masks,
            @ForAll boolean anyLengths) {
        BatchLimits limits = new BatchLimits(tokens, masks, 3_000, anyLengths);
        TextQueue any = new TextQueue(limits);
        Set<QueuedText> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<TextRequest> ended = new HashSet<>();
        List<TextRequest> offered = new ArrayList<>();
        for (int step = 0; step < 120; step++) {
            int choice = random.nextInt(4);
            if (choice < 2) {
                TextRequest request = request(
                        random.nextInt(3) == 0 ? EMBEDDINGS : LOGITS,
                        IntStream.range(0, 1 + random.nextInt(9))
                                .map(i -> 1 + random.nextInt(200))
                                .toArray());
                if (any.hasRoom(request.tokens())) {
                    any.add(request);
                    offered.add(request);
                } else {
                    assertThat(any.tokens() + request.tokens()).isGreaterThan(3_000);
                }
            } else if (choice == 2 && !offered.isEmpty()) {
                TextRequest request = offered.get(random.nextInt(offered.size()));
                if (ended.add(request)) {
                    any.remove(request);
                }
            } else {
                check(any.next(), limits, taken, ended);
            }
        }
        while (!any.isEmpty()) {
            check(any.next(), limits, taken, ended);
        }
        for (TextRequest request : offered) {
            if (ended.add(request)) {
                assertThat(taken).containsAll(request.texts());
                any.remove(request);
            }
        }
        assertThat(any.tokens()).isZero();
    }

    private static void check(
            List<QueuedText> batch, BatchLimits limits, Set<QueuedText> taken, Set<TextRequest> ended) {
        for (QueuedText text : batch) {
            assertThat(taken.add(text)).as("taken once").isTrue();
            assertThat(ended).doesNotContain(text.request());
            assertThat(text.request().runner()).isSameAs(batch.get(0).request().runner());
        }
        if (batch.size() > 1) {
            int sum = Arrays.stream(lengths(batch)).sum();
            assertThat(sum).isLessThanOrEqualTo(limits.tokens());
            if (!limits.anyLengths()) {
                int longest = Arrays.stream(lengths(batch)).max().orElseThrow();
                assertThat((double) batch.size() * longest)
                        .as("the padded view")
                        .isLessThanOrEqualTo(TextQueue.PADDED * sum);
            }
            assertThat(batch).hasSizeLessThanOrEqualTo(limits.masks());
        }
    }
}
