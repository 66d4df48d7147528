package dev.unmask.serving;

/**
 * What the model runs on.
 *
 * @param precision of weights and arithmetic
 * @param head at which positions the masked-LM head is computed: "masks", or "all"
 * @param batches whether the texts of a batch go through the graph together
 * @param provider ONNX Runtime's execution provider
 * @param providerReason why it was this one
 * @param threads intra-op threads
 * @param runtimeVersion ONNX Runtime's version
 * @param tokenizerVersion the tokenizer library's version
 */
public record EngineInfo(
        String precision,
        String head,
        boolean batches,
        String provider,
        String providerReason,
        int threads,
        String runtimeVersion,
        String tokenizerVersion) {}
