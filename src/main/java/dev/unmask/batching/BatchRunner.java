package dev.unmask.batching;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Row;
import java.util.List;

/**
 * Runs one batch for one of the model's outputs; in the service {@link dev.unmask.engine.Engine#chosen} or {@link
 * dev.unmask.engine.Engine#embed}.
 */
@FunctionalInterface
public interface BatchRunner {

    /**
     * Returns the rows of all texts, in order, {@link MaskedText#rows} for each; valid until the call after the next.
     *
     * @param ids token ids of each text
     * @param masks positions of each text's masks
     * @param choices which values of their rows are wanted; a runner may return all of them
     */
    List<Row> run(int[][] ids, int[][] masks, Choice[] choices);
}
