package dev.unmask.batching;

import dev.unmask.engine.Rows;
import java.util.concurrent.CountDownLatch;

/** Lets no batch through before its gate is opened. */
final class GatedRunner implements BatchRunner {
    private final BatchRunner runner;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    GatedRunner(BatchRunner runner) {
        this.runner = runner;
    }

    @Override
    public Rows run(int[][] ids, int[][] masks) {
        started.countDown();
        await(gate);
        return runner.run(ids, masks);
    }

    void open() {
        gate.countDown();
    }

    /** Returns when a batch stands at the gate. */
    void awaitBatch() {
        await(started);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
