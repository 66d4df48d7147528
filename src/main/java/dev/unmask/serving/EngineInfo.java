package dev.unmask.serving;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How the model runs.
 *
 * @param precision of weights and arithmetic
 * @param head at which positions the masked-LM head is computed: "masks", or "all"
 * @param batches whether the texts of a batch run together
 * @param provider ONNX Runtime's execution provider
 * @param providerReason why it was chosen
 * @param threads intra-op threads
 */
@JsonNaming(SnakeCaseStrategy.class)
public record EngineInfo(
        String precision, String head, boolean batches, String provider, String providerReason, int threads) {}
