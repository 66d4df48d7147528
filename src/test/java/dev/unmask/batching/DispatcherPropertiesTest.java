package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** However requests are mixed and batched: each mask of each text is answered once, with its own logits. */
class DispatcherPropertiesTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private record Position(int text, int mask) {}

    @Property(tries = 150)
    void everyMaskIsAnsweredOnceWithItsOwnLogitsWithinTheLimitsOfABatch(
            @ForAll @IntRange(min = 1, max = 60) int tokens,
            @ForAll @IntRange(min = 1, max = 8) int masks,
            @ForAll @IntRange(min = 1, max = 6) int threads,
            @ForAll Random random)
            throws Exception {
        RecordingRunner runner = new RecordingRunner();
        ExecutorService clients = Executors.newFixedThreadPool(threads);
        try (Dispatcher dispatcher = new Dispatcher(runner, new BatchLimits(tokens, masks, Integer.MAX_VALUE, false))) {
            List<Future<Void>> requests = new ArrayList<>();
            for (int i = 0; i < 3 * threads; i++) {
                List<MaskedText> texts = texts(random);
                requests.add(clients.submit(() -> check(dispatcher, texts)));
            }
            for (Future<Void> request : requests) {
                request.get();
            }
        } finally {
            clients.shutdownNow();
        }
        for (int batch = 0; batch < runner.lengths().size(); batch++) {
            int[] lengths = runner.lengths().get(batch);
            if (lengths.length > 1) {
                assertThat(IntStream.of(lengths).sum()).isLessThanOrEqualTo(tokens);
                assertThat(lengths.length * IntStream.of(lengths).max().orElseThrow())
                        .isLessThanOrEqualTo((int) (TextQueue.PADDED * tokens));
                assertThat(runner.masksRun().get(batch)).isLessThanOrEqualTo(masks);
            }
        }
    }

    private static Void check(Dispatcher dispatcher, List<MaskedText> texts) throws Exception {
        Map<Position, float[]> answers = new ConcurrentHashMap<>();
        dispatcher
                .submit(texts, Deadline.in(LONG), (text, mask, logits, all) -> {
                    assertThat(answers.put(new Position(text, mask), RowReader.copy(logits)))
                            .isNull();
                })
                .get();
        int masks = 0;
        for (int text = 0; text < texts.size(); text++) {
            int[] positions = texts.get(text).masks();
            for (int mask = 0; mask < positions.length; mask++) {
                assertThat(answers.get(new Position(text, mask)))
                        .containsExactly(
                                RecordingRunner.expected(texts.get(text).ids(), positions[mask]));
                masks++;
            }
        }
        assertThat(answers).hasSize(masks);
        return null;
    }

    /** Each begins with a number of its own. */
    private static List<MaskedText> texts(Random random) {
        return IntStream.range(0, 1 + random.nextInt(12))
                .mapToObj(text -> {
                    int[] ids = new int[1 + random.nextInt(20)];
                    ids[0] = random.nextInt(1 << 24);
                    int[] masks = IntStream.range(0, ids.length)
                            .filter(position -> position == 0 || random.nextInt(5) == 0)
                            .toArray();
                    return new MaskedText(ids, masks);
                })
                .toList();
    }
}
