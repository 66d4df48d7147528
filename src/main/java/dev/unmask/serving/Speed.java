package dev.unmask.serving;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How fast the model is, measured on the batches that ran last.
 *
 * @param tokensPerSecond tokens of short texts that are computed in a second, where batches are full
 * @param longestTextMs how long a text takes that has as many tokens as one may have
 * @param tokensWithinTimeout tokens of short texts that are computed within the request timeout, by one request or by all that
 *     wait
 * @param queueSeconds how long so many tokens take as may wait or run at a time
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Speed(long tokensPerSecond, long longestTextMs, long tokensWithinTimeout, long queueSeconds) {}
