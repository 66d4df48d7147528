package dev.unmask.checkpoint;

/**
 * One encoder layer; H is the hidden size, I the intermediate size.
 *
 * @param query [H, H]
 * @param key [H, H]
 * @param value [H, H]
 * @param attentionOutput [H, H], applied to the joined heads
 * @param attentionNorm over attention's output plus the layer's input
 * @param intermediate [I, H], followed by the activation
 * @param output [H, I]
 * @param outputNorm over the feed-forward block's output plus its input
 */
public record Layer(
        Linear query,
        Linear key,
        Linear value,
        Linear attentionOutput,
        Norm attentionNorm,
        Linear intermediate,
        Linear output,
        Norm outputNorm) {}
