package dev.unmask.checkpoint;

/**
 * A layer norm over the hidden dimension; its epsilon is {@link BertConfig#layerNormEpsilon}. (That
 * of a {@link Projection} is over the projection's dimension, with an epsilon of its own.)
 *
 * @param weight factors of the normalized values, of shape [hidden]
 * @param bias added afterwards, of shape [hidden]
 */
public record Norm(Tensor weight, Tensor bias) {}
