package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.util.Optional;
import java.util.Set;

/**
 * The sizes and choices of a BERT model. Names and defaults are those of transformers' {@code
 * BertConfig}; what has no effect at inference (dropout…) isn't read.
 *
 * @param modelType {@code model_type}: "bert" (also where it is absent) or "cxr-bert"
 * @param layers {@code num_hidden_layers}
 * @param hidden {@code hidden_size}, a multiple of {@code heads}
 * @param heads {@code num_attention_heads}
 * @param intermediate {@code intermediate_size}
 * @param vocabulary {@code vocab_size}: rows of the word embeddings, possibly more than the tokenizer has tokens
 * @param positions {@code max_position_embeddings}: the longest input, in tokens
 * @param tokenTypes {@code type_vocab_size}
 * @param layerNormEpsilon {@code layer_norm_eps}, which every layer norm adds to the variance
 * @param activation {@code hidden_act}
 * @param tied {@code tie_word_embeddings}: the head's decoder is the word embeddings unless the
 *     checkpoint has one of its own
 * @param projection {@code projection_size}: width of the text embeddings of a checkpoint that has
 *     CXR-BERT's projection head
 */
public record BertConfig(
        String modelType,
        int layers,
        int hidden,
        int heads,
        int intermediate,
        int vocabulary,
        int positions,
        int tokenTypes,
        double layerNormEpsilon,
        Activation activation,
        boolean tied,
        int projection) {

    private static final Set<String> MODEL_TYPES = Set.of("bert", "cxr-bert");

    // Far above any model, and low enough that products of two sizes are far below 2^63.
    private static final int MOST_LAYERS = 1_000;
    private static final int MOST_COLUMNS = 65_536;
    private static final int MOST_ROWS = 1_000_000;

    /**
     * Reads it from a {@code config.json}.
     *
     * @throws Fault of kind MODEL_REFUSED, naming the key, when the model isn't a supported BERT encoder or a value is of
     *     the wrong type or out of range
     */
    static BertConfig of(ConfigJson json) {
        String modelType = json.text("model_type", "bert");
        refuseOtherModels(json, modelType);
        int hidden = json.count("hidden_size", 768, MOST_COLUMNS);
        int heads = json.count("num_attention_heads", 12, MOST_COLUMNS);
        if (hidden % heads != 0) {
            throw json.refused(
                    "hidden_size is %s and num_attention_heads is %s; the first must be a multiple of the second."
                            .formatted(hidden, heads));
        }
        return new BertConfig(
                modelType,
                json.count("num_hidden_layers", 12, MOST_LAYERS),
                hidden,
                heads,
                json.count("intermediate_size", 3072, MOST_ROWS),
                json.count("vocab_size", 30522, MOST_ROWS),
                json.count("max_position_embeddings", 512, MOST_ROWS),
                json.count("type_vocab_size", 2, MOST_ROWS),
                json.fraction("layer_norm_eps", 1e-12),
                Activation.of(json.text("hidden_act", "gelu")),
                json.flag("tie_word_embeddings", true),
                json.count("projection_size", 128, MOST_COLUMNS));
    }

    /**
     * Whether a {@code config.json} describes a model that is supported from its tensors.
     *
     * @throws Fault of kind MODEL_REFUSED when a value is of the wrong type
     */
    static boolean computes(ConfigJson json) {
        return otherModel(json, json.text("model_type", "bert")).isEmpty();
    }

    private static void refuseOtherModels(ConfigJson json, String modelType) {
        otherModel(json, modelType).ifPresent(found -> {
            throw json.refused(found);
        });
    }

    /** Why a model isn't supported. */
    private static Optional<String> otherModel(ConfigJson json, String modelType) {
        if (!MODEL_TYPES.contains(modelType)) {
            return Optional.of(
                    "model_type is %s; supported are \"bert\" and \"cxr-bert\", and a missing one means \"bert\". Other families are served from an ONNX export (model.onnx)."
                            .formatted(Wording.quoted(modelType)));
        }
        String positions = json.text("position_embedding_type", "absolute");
        if (!positions.equals("absolute")) {
            return Optional.of(
                    "position_embedding_type is " + Wording.quoted(positions) + "; only \"absolute\" is supported.");
        }
        if (json.flag("is_decoder", false)) {
            return Optional.of("is_decoder is true; only encoders fill masks.");
        }
        return Optional.empty();
    }
}
