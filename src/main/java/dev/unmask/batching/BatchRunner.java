package dev.unmask.batching;

import dev.unmask.engine.Rows;

/**
 * Runs one batch for one of the model's outputs; in the service {@link dev.unmask.engine.Engine#run} or {@link
 * dev.unmask.engine.Engine#embed}.
 */
@FunctionalInterface
public interface BatchRunner {

    /**
     * Gives the rows of all texts, in order, {@link MaskedText#rows} for each; valid until the call after the next.
     *
     * @param ids token ids of each text
     * @param masks positions of each text's masks
     */
    Rows run(int[][] ids, int[][] masks);
}
