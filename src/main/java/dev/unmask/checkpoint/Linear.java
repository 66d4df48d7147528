package dev.unmask.checkpoint;

/**
 * A linear map {@code y = x · weightᵀ + bias}, as torch's {@code nn.Linear}.
 *
 * @param weight of shape [out, in]
 * @param bias of shape [out]
 */
public record Linear(Tensor weight, Tensor bias) {}
