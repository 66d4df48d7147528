package dev.unmask.batching;

import dev.unmask.engine.Logits;

/** Runs one batch; in the service this is {@link dev.unmask.engine.Engine#run}. */
@FunctionalInterface
public interface BatchRunner {

    /**
     * Gives the logits of all masks, in order; valid until the next call.
     *
     * @param ids token ids of each text
     * @param masks positions of each text's masks
     */
    Logits run(int[][] ids, int[][] masks);
}
