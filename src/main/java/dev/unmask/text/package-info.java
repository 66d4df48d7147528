/**
 * Text to token ids and back: the tokenizer of a checkpoint, its special tokens, and the {@code
 * tokenizer.json} that is built where a checkpoint publishes only {@code vocab.txt}.
 *
 * <p>What a mask, a target or a prediction means lives in {@code fillmask}; the length that a model
 * can take lives with the model, so nothing here truncates or pads. The algorithms themselves are
 * the Rust library that the reference uses; this package decides what it is told.
 */
package dev.unmask.text;
