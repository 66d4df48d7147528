package dev.unmask.batching;

/**
 * How large a batch may be and how much may wait.
 *
 * @param tokens tokens of a batch's texts; one longer text still runs alone
 * @param masks masks in a batch, which bound the memory of its logits; a text with more runs alone, in several parts. A
 *     text without masks, which is embedded, counts as one
 * @param queuedTokens tokens of all texts that wait or run; a single larger request is accepted when nothing else waits
 * @param anyLengths whether texts of any lengths may share a batch; if not, they must be similar
 */
public record BatchLimits(int tokens, int masks, int queuedTokens, boolean anyLengths) {}
