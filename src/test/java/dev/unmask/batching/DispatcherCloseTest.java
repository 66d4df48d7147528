package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a dispatcher. */
@Timeout(60)
class DispatcherCloseTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final RowReader NOBODY = (text, mask, logits, all) -> {};

    private final GatedRunner gated = new GatedRunner(new RecordingRunner());
    private final Dispatcher dispatcher = new Dispatcher(gated, new BatchLimits(40, 8, 100, false));

    @AfterEach
    void close() {
        gated.open();
        dispatcher.close();
    }

    @Test
    void closingFinishesWhatWasTakenAndTakesNoMore() throws Exception {
        CompletableFuture<Void> running = dispatcher.submit(text(5), Deadline.in(LONG), NOBODY);
        CompletableFuture<Void> waiting = dispatcher.submit(text(6), Deadline.in(LONG), NOBODY);
        gated.awaitBatch();
        Thread closing = new Thread(dispatcher::close);
        closing.start();
        Fault refused = awaitRefusal();
        assertThat(closing.isAlive()).isTrue();

        gated.open();
        closing.join();

        assertThat(refused.kind()).isEqualTo(Fault.Kind.NOT_READY);
        assertThat(running).isCompleted();
        assertThat(waiting).isCompleted();
        assertThat(dispatcher.alive()).isFalse();
    }

    /** Submits until the dispatcher has seen that it closes; before that the queue may fill. */
    private Fault awaitRefusal() throws InterruptedException {
        while (true) {
            try {
                dispatcher.submit(text(1), Deadline.in(LONG), NOBODY);
            } catch (Fault refused) {
                if (refused.kind() == Fault.Kind.NOT_READY) {
                    return refused;
                }
            }
            Thread.sleep(1);
        }
    }

    @Test
    void closingUnderAnInterruptStillWaitsAndKeepsTheInterrupt() throws Exception {
        CompletableFuture<Void> running = dispatcher.submit(text(5), Deadline.in(LONG), NOBODY);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            dispatcher.close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        closing.start();
        closing.interrupt();
        assertThatThrownBy(() -> interrupted.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        gated.open();

        assertThat(interrupted.get()).isTrue();
        assertThat(running).isCompleted();
    }

    private static List<MaskedText> text(int length) {
        return List.of(new MaskedText(new int[length], new int[] {0}));
    }
}
