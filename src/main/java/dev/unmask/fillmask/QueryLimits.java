package dev.unmask.fillmask;

import java.time.Duration;

/**
 * Limits of a query.
 *
 * @param inputs texts per request
 * @param characters characters per text
 * @param tokens tokens per text, special tokens included; at most the model's positions
 * @param masks masks per text
 * @param targets targets per request
 * @param targetCharacters characters per target
 * @param answerTokens predictions times the tokens of their text, summed over a request, which the answer's size is
 *     proportional to
 * @param timeout how long an answer may take
 */
public record QueryLimits(
        int inputs,
        int characters,
        int tokens,
        int masks,
        int targets,
        int targetCharacters,
        long answerTokens,
        Duration timeout) {

    /** The same, for texts with one mask only. */
    public QueryLimits withOneMask() {
        return new QueryLimits(inputs, characters, tokens, 1, targets, targetCharacters, answerTokens, timeout);
    }

    /** The same, with another timeout. */
    public QueryLimits withTimeout(Duration longer) {
        return new QueryLimits(inputs, characters, tokens, masks, targets, targetCharacters, answerTokens, longer);
    }
}
