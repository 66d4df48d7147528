package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns, lanes and failures of the work on requests. */
@Timeout(60)
class LanesTest {
    private static final long SHORT = 100;
    private static final long LONG = 100_000;

    private final Lanes lanes = new Lanes(1);

    @AfterEach
    void close() {
        lanes.close();
    }

    @Test
    void everyPieceIsDoneOnceAndInOrder() throws Exception {
        for (long size : new long[] {1, 3_000, LONG}) {
            assertThat(lanes.each(100, piece -> size, piece -> piece * piece).get())
                    .isEqualTo(IntStream.range(0, 100).map(i -> i * i).boxed().toList());
        }
        assertThat(lanes.each(0, piece -> 1, piece -> piece).get()).isEmpty();
    }

    @Test
    void theFirstFailureEndsIt() {
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<List<Integer>> work = lanes.each(100, piece -> SHORT, piece -> {
            if (piece == 7) {
                throw Fault.badRequest("seven");
            }
            return done.incrementAndGet();
        });

        assertThatThrownBy(work::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessage("seven");
        assertThat(done.get()).isEqualTo(7);
    }

    @Test
    void whatIsShortDoesNotWaitForWhatIsLong() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<List<Boolean>> held = lanes.each(1, piece -> LONG, piece -> await(release));

        assertThat(lanes.each(3, piece -> SHORT, piece -> piece).get()).hasSize(3);
        release.countDown();
        assertThat(held.get()).containsExactly(true);
    }

    /** A turn is several small pieces or one large one: two requests of ten large pieces go in step. */
    @Test
    void requestsOfALaneTakeTurns() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch begin = new CountDownLatch(1);
        lanes.of(SHORT).execute(() -> await(begin));
        List<CompletableFuture<List<Boolean>>> both = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            both.add(lanes.each(10, piece -> 4_000, piece -> order.add(name)));
        }
        begin.countDown();
        for (CompletableFuture<List<Boolean>> one : both) {
            one.get();
        }

        assertThat(String.join("", order)).isEqualTo("ab".repeat(10));
    }

    @Test
    void whatIsClosedRefusesWork() {
        lanes.close();

        assertThatThrownBy(() -> lanes.of(SHORT).execute(() -> {}))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_READY));
        assertThat(lanes.each(1, piece -> SHORT, piece -> piece)).isCompletedExceptionally();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
