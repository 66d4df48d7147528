package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process ends after ONNX Runtime's work. */
@Timeout(20)
class NativeWorkTest {
    private final NativeWork work = new NativeWork();

    @Test
    void whoHasBegunIsWaitedForAndNobodyElseBegins() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<String> begun = CompletableFuture.supplyAsync(() -> {
            try {
                return work.in(() -> {
                    inside.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                    return "done";
                });
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        inside.await();

        assertThat(work.end(Duration.ofMillis(1))).as("somebody is inside").isFalse();
        assertThatThrownBy(() -> work.in(() -> "late"))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_READY));
        gate.countDown();
        assertThat(begun.get()).isEqualTo("done");
        assertThat(work.end(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whereNobodyIsAtWorkTheEndIsAtOnce() throws Exception {
        assertThat(work.in(() -> 1)).isEqualTo(1);
        assertThat(work.end(Duration.ZERO)).isTrue();
    }
}
