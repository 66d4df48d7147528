package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The sizes in the {@code config.json} of any encoder, for models that are served from their own graph. Keys
 * are those of transformers; some families have older names for them (DistilBERT's {@code dim}).
 *
 * @param modelType {@code model_type}; "bert" where it is absent
 * @param layers encoder layers; 0 where the file doesn't say
 * @param hidden width of the hidden states; 0 where the file doesn't say
 * @param heads attention heads; 0 where the file doesn't say
 * @param intermediate width of the feed-forward block; 0 where the file doesn't say
 * @param vocabulary {@code vocab_size}, where the file says it
 * @param positions the most tokens that a text can have, special ones included
 */
public record EncoderConfig(
        String modelType, int layers, int hidden, int heads, int intermediate, OptionalInt vocabulary, int positions) {

    /**
     * Families that number a text's positions from the padding id plus one (transformers, {@code
     * create_position_ids_from_input_ids}), so that this many rows of their position embeddings are never used.
     */
    private static final Set<String> COUNT_FROM_PADDING = Set.of(
            "camembert",
            "data2vec-text",
            "ibert",
            "longformer",
            "mpnet",
            "roberta",
            "roberta-prelayernorm",
            "xlm-roberta",
            "xlm-roberta-xl",
            "xmod");

    private static final int MOST = 1_000_000;

    /**
     * Reads it from a {@code config.json}.
     *
     * @throws Fault of kind MODEL_REFUSED, naming the key, when the positions are missing or a value is of the wrong type
     *     or out of range
     */
    public static EncoderConfig of(ConfigJson json) {
        String modelType = json.text("model_type", "bert");
        int rows = json.count("max_position_embeddings", json.count("n_positions", 0, MOST), MOST);
        if (rows == 0) {
            throw json.refused("there is no max_position_embeddings; without it the longest text is unknown.");
        }
        int vocabulary = json.count("vocab_size", 0, MOST);
        return new EncoderConfig(
                modelType,
                json.count("num_hidden_layers", json.count("n_layers", 0, MOST), MOST),
                json.count("hidden_size", json.count("dim", 0, MOST), MOST),
                json.count("num_attention_heads", json.count("n_heads", 0, MOST), MOST),
                json.count("intermediate_size", json.count("hidden_dim", 0, MOST), MOST),
                vocabulary == 0 ? OptionalInt.empty() : OptionalInt.of(vocabulary),
                COUNT_FROM_PADDING.contains(modelType) ? rows - json.id("pad_token_id", 1, rows - 1) - 1 : rows);
    }
}
