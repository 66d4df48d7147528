package dev.unmask.text;

/**
 * The ids of the five special tokens of a BERT vocabulary, as that vocabulary numbers them.
 *
 * <p>They differ between checkpoints ({@code [MASK]} is 103 in bert-base and 4 in CXR-BERT), so code must not have them as
 * constants.
 *
 * @param pad fills short rows of a batch
 * @param unknown replaces a word without pieces
 * @param cls opens every encoded text
 * @param sep closes every encoded text
 * @param mask the place to fill
 * @param maskToken the mask's spelling in a text, for example {@code [MASK]}
 */
public record SpecialTokens(int pad, int unknown, int cls, int sep, int mask, String maskToken) {}
