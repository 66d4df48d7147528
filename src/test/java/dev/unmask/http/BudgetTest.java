package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What requests may take of memory together, and the bodies that take it. */
class BudgetTest {
    private final Budget budget = new Budget("Bodies", 200_000);

    @Test
    void whatIsTakenIsGivenBackOnce() {
        Budget.Share share = budget.share();
        share.takeIfThereIsRoom(60_000);
        share.take(150_000);
        assertThat(budget.used()).isEqualTo(210_000);

        share.giveBack();
        share.giveBack();

        assertThat(budget.used()).isZero();
    }

    @Test
    void whatDoesNotFitIsRefusedAndCostsNothing() {
        for (int i = 0; i < 4; i++) {
            budget.share().takeIfThereIsRoom(49_999);
        }

        assertThatThrownBy(() -> budget.share().takeIfThereIsRoom(5))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.OUT_OF_ROOM));
        assertThat(budget.used()).isEqualTo(199_996);
        budget.share().takeIfThereIsRoom(4);
    }

    /** Whether they are taken at once or in pieces. */
    @Test
    void largeSharesLeaveAQuarterToSmallOnes() {
        budget.share().takeIfThereIsRoom(70_000);
        Budget.Share pieces = budget.share();
        for (int i = 0; i < 8; i++) {
            pieces.takeIfThereIsRoom(10_000);
        }

        assertThatThrownBy(() -> pieces.takeIfThereIsRoom(1)).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> budget.share().takeIfThereIsRoom(65_537)).isInstanceOf(Fault.class);
        budget.share().takeIfThereIsRoom(50_000);
    }

    /** A client may hang up while its request is still being read. */
    @Test
    void whatIsTakenAfterTheEndIsGivenBackAtOnce() {
        Budget.Share share = budget.share();
        share.giveBack();
        share.take(10);
        share.takeIfThereIsRoom(10);

        assertThat(budget.used()).isZero();
    }

    @Test
    void threadsThatTakeAtOnceNeverHaveMoreThanThereIs() throws Exception {
        AtomicLong most = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < 20_000; i++) {
                    Budget.Share share = budget.share();
                    try {
                        share.takeIfThereIsRoom(30_000);
                        most.accumulateAndGet(budget.used(), Math::max);
                    } catch (Fault full) {
                        most.accumulateAndGet(budget.used(), Math::max);
                    } finally {
                        share.giveBack();
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();

        assertThat(most.get()).isBetween(30_000L, 120_000L);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aBodyIsItsChunksAndCountsAboutWhatItTakes() throws IOException {
        Random random = new Random(5);
        for (int declared : new int[] {-1, 50_000}) {
            Body body = new Body(budget.share(), declared);
            byte[] bytes = new byte[50_000];
            random.nextBytes(bytes);
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(9_000));
                body.append(Buffer.buffer(Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }

            assertThat(body.size()).isEqualTo(50_000);
            assertThat(body.stream().readAllBytes()).isEqualTo(bytes);
            assertThat(budget.used()).isBetween(50_000L, 66_000L);
            body.release();
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void anEmptyBodyTakesNothing() throws IOException {
        Body body = new Body(budget.share(), 0);

        assertThat(body.stream().readAllBytes()).isEmpty();
        assertThat(budget.used()).isZero();
    }
}
