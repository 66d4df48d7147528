package dev.unmask.batching;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Row;
import java.util.List;
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
    public List<Row> run(int[][] ids, int[][] masks, Choice[] choices) {
        started.countDown();
        await(gate);
        return runner.run(ids, masks, choices);
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
