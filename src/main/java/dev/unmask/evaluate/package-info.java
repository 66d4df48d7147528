/**
 * How well models predict the words of a user's own texts: mask accuracy, pseudo-perplexity, piece counts, and the
 * agreement of two models. Texts are read, measured and dropped: none is logged, kept or quoted in an error.
 *
 * <p>It works on token ids and logits, so it imports {@code text}, {@code batching} and {@code engine} beside
 * {@code store}: the pipeline of {@code fillmask} would tokenize each masked copy again and doesn't expose how probable the
 * true piece is.
 */
package dev.unmask.evaluate;
