package dev.unmask.embedding;

import java.time.Duration;

/**
 * What a request for embeddings may ask for.
 *
 * @param inputs texts a request
 * @param characters characters a text
 * @param tokens tokens a text, special tokens included; at most the model's positions
 * @param timeout how long an answer may take
 */
public record EmbeddingLimits(int inputs, int characters, int tokens, Duration timeout) {}
