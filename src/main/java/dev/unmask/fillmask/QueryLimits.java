package dev.unmask.fillmask;

import java.time.Duration;

/**
 * What a query may ask for.
 *
 * @param inputs texts a request
 * @param characters characters a text
 * @param tokens tokens a text, special tokens included; at most the model's positions
 * @param masks masks a text
 * @param targets targets a request
 * @param targetCharacters characters a target
 * @param answerTokens predictions times the tokens of their text, summed over a request: what the answer's size grows with
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

    /** The same, with texts of one mask only. */
    public QueryLimits withOneMask() {
        return new QueryLimits(inputs, characters, tokens, 1, targets, targetCharacters, answerTokens, timeout);
    }

    /** The same, with another time. */
    public QueryLimits withTimeout(Duration longer) {
        return new QueryLimits(inputs, characters, tokens, masks, targets, targetCharacters, answerTokens, longer);
    }
}
