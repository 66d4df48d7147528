package dev.unmask.bench;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The measurement of one batch.
 *
 * @param texts texts of the batch, one mask each
 * @param length tokens of each text, or {@code mixed}
 * @param tokens tokens of the batch
 * @param milliseconds of a run, the median
 * @param slowestMilliseconds of a run, the 95th percentile
 * @param textsPerSecond at the median
 * @param tokensPerSecond at the median
 * @param gflopsPerSecond billions of multiplications and additions a second; null where the arithmetic is unknown
 * @param roofGflopsPerSecond the same for the batch's products with weights alone; null where it is unknown
 * @param roofShare the first of the two divided by the second
 */
public record Measured(
        int texts,
        String length,
        long tokens,
        double milliseconds,
        double slowestMilliseconds,
        double textsPerSecond,
        double tokensPerSecond,
        @JsonInclude Double gflopsPerSecond,
        @JsonInclude Double roofGflopsPerSecond,
        @JsonInclude Double roofShare) {}
