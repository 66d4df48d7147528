package dev.unmask.embedding;

import java.time.Duration;

/**
 * What a request for embeddings may ask for.
 *
 * @param inputs texts a request
 * @param tokens tokens a text, special tokens included; at most the model's positions
 * @param timeout how long an answer may take
 */
public record EmbeddingLimits(int inputs, int tokens, Duration timeout) {}
