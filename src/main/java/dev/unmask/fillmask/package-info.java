/**
 * The domain: a query with masked texts becomes ranked predictions, with the exact semantics of transformers' fill-mask
 * pipeline. Tokenization, logits and HTTP live elsewhere; what a score, a target and a sequence are is decided here.
 */
package dev.unmask.fillmask;
