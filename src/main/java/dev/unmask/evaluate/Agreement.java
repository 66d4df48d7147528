package dev.unmask.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How far two models with the same vocabulary agree at the measured positions.
 *
 * @param model the first model, as the user named it
 * @param against the second
 * @param positions how many positions were measured
 * @param top1Agreement share of them where both rank the same piece first, 0 to 1
 * @param top5Agreement mean share of the first five pieces that both models have in common, 0 to 1
 * @param meanDivergence mean Kullback-Leibler divergence of the first model's distribution from the second's, {@code
 *     sum(q * ln(q / p))} over the vocabulary, in nats
 * @param meanScoreDifference mean of {@code |p(x) - q(x)|}, where x is the piece that the first model ranks first, p its
 *     probability in the first and q in the second model
 * @param largestScoreDifference the largest of these
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Agreement(
        String model,
        String against,
        int positions,
        double top1Agreement,
        double top5Agreement,
        double meanDivergence,
        double meanScoreDifference,
        double largestScoreDifference) {}
