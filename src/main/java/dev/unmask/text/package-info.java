/**
 * Text to token ids and back: the tokenizer of a checkpoint, its special tokens, and the {@code
 * tokenizer.json} that is built where a checkpoint publishes only {@code vocab.txt}.
 *
 * <p>Masks, targets and predictions belong to {@code fillmask}; the maximum length belongs to the model, so nothing here
 * truncates or pads. The algorithms are in the Rust library that the reference uses; this package configures it.
 */
package dev.unmask.text;
