package dev.unmask.batching;

/**
 * How large a batch may be and how much may wait.
 *
 * @param tokens tokens of a batch's texts; one longer text still runs alone
 * @param masks masks in a batch, which bound the memory of its logits; one text with more runs
 *     alone, several times. A text without masks,
 *     which is embedded, counts as one
 * @param queuedTokens tokens of all texts that wait or run; a single request larger than this is taken when nothing else
 *     waits
 */
public record BatchLimits(int tokens, int masks, int queuedTokens) {}
