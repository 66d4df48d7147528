package dev.unmask.fillmask;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param texts for each text, for each of its masks from left to right, the predictions, best first; their texts are
 *     decoded as they are read, by one thread at a time
 * @param warnings of the query's targets
 */
public record Answer(List<List<List<Prediction>>> texts, List<TargetWarning> warnings) {

    /** The predictions of each text, if each has one mask. */
    public List<List<Prediction>> ofOneMask() {
        return texts.stream().map(masks -> masks.get(0)).toList();
    }
}
