package dev.unmask.checkpoint;

/**
 * The masked-LM head; H is the hidden size, V the rows of the word embeddings.
 *
 * @param transform [H, H], followed by the activation
 * @param norm over the transform's result
 * @param decoder [V, H], which turns it into logits
 * @param bias [V], added to the logits
 * @param decoderIsWordEmbeddings whether {@code decoder} is the very tensor of the word embeddings
 *     (tied in the checkpoint, or equal in every element), so that one copy is enough
 */
public record Head(Linear transform, Norm norm, Tensor decoder, Tensor bias, boolean decoderIsWordEmbeddings) {}
