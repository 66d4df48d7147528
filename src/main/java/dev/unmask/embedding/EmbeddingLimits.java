package dev.unmask.embedding;

import java.time.Duration;

/**
 * Limits of an embedding request.
 *
 * @param inputs texts per request
 * @param characters characters per text
 * @param tokens tokens per text, special tokens included; at most the model's positions
 * @param timeout how long an answer may take
 */
public record EmbeddingLimits(int inputs, int characters, int tokens, Duration timeout) {}
