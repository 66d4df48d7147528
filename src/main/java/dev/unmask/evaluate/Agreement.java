package dev.unmask.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How far two models of one vocabulary agree at the measured positions.
 *
 * @param model the first model, as the user named it
 * @param against the second
 * @param positions how many positions were measured
 * @param top1Agreement share of them where both rank the same piece first, 0 to 1
 * @param meanScoreDifference mean of {@code |p(x) - q(x)|}, where x is the piece that the first model ranks first, p its
 *     probability by the first and q by the second model
 * @param largestScoreDifference the largest of these
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Agreement(
        String model,
        String against,
        int positions,
        double top1Agreement,
        double meanScoreDifference,
        double largestScoreDifference) {

    /** @param asked which row of the second's asked scores holds those of the first's best ids */
    static Agreement of(String model, Predictions first, String against, Predictions second, int asked) {
        int positions = first.best().length;
        int same = 0;
        double sum = 0;
        double largest = 0;
        for (int i = 0; i < positions; i++) {
            same += first.best()[i] == second.best()[i] ? 1 : 0;
            double difference = Math.abs(first.bestScores()[i] - second.askedScores()[asked][i]);
            sum += difference;
            largest = Math.max(largest, difference);
        }
        return new Agreement(model, against, positions, (double) same / positions, sum / positions, largest);
    }
}
