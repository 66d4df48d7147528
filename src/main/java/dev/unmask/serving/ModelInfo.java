package dev.unmask.serving;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.OptionalInt;

/**
 * Facts about the model in service.
 *
 * @param name its name
 * @param source the folder that it was imported from
 * @param revision the hub's commit, or the first digits of the digest of its files
 * @param type the config's model type
 * @param layers encoder layers
 * @param hidden width of the hidden states
 * @param heads attention heads
 * @param vocabulary rows of the embedding
 * @param positions the most tokens a text can have
 * @param maskToken the mask token in texts
 * @param maskTokenId its id
 * @param embeddingSize numbers in a text embedding; empty if the model has no projection head
 * @param licence the model card's licence, or null
 * @param intendedUse the model card's intended use, or null
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ModelInfo(
        String name,
        String source,
        String revision,
        String type,
        int layers,
        int hidden,
        int heads,
        int vocabulary,
        int positions,
        String maskToken,
        int maskTokenId,
        OptionalInt embeddingSize,
        String licence,
        String intendedUse) {}
