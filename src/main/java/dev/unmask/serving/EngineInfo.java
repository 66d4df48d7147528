package dev.unmask.serving;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What the model runs on.
 *
 * @param precision of weights and arithmetic
 * @param head at which positions the masked-LM head is computed: "masks", or "all"
 * @param batches whether the texts of a batch go through the graph together
 * @param provider ONNX Runtime's execution provider
 * @param providerReason why it was this one
 * @param threads intra-op threads
 */
@JsonNaming(SnakeCaseStrategy.class)
public record EngineInfo(
        String precision, String head, boolean batches, String provider, String providerReason, int threads) {}
