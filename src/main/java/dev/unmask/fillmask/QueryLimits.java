package dev.unmask.fillmask;

import java.time.Duration;

/**
 * What a query may ask for.
 *
 * @param inputs texts a request
 * @param tokens tokens a text, special tokens included; at most the model's positions
 * @param answerTokens predictions times the tokens of their text, summed over a request: what the answer's size grows with
 * @param timeout how long an answer may take
 */
public record QueryLimits(int inputs, int tokens, long answerTokens, Duration timeout) {}
