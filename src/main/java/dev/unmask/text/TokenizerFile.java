package dev.unmask.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this package has to know about a {@code tokenizer.json} before the Rust library gets it.
 *
 * @param json the text of the file
 * @param vocabulary every token with its id, added tokens included
 * @param skippable the ids of the tokens that decoding can skip
 * @param decodesByPiece whether a token's text depends only on the token and on being the first
 * @param bytePair whether its model is byte-pair encoding, which transformers never cleans up after
 */
record TokenizerFile(
        String json, Map<String, Integer> vocabulary, BitSet skippable, boolean decodesByPiece, boolean bytePair) {

    static final String NAME = "tokenizer.json";

    /**
     * Reads a file, and adds the special tokens that its vocabulary has but that it doesn't cut out
     * of a text, as the reference does. Otherwise the text stays as it is.
     *
     * @throws Fault of kind {@code MODEL_REFUSED} where it is no tokenizer or lacks a special token
     */
    static TokenizerFile of(String json, TokenizerSettings settings) {
        ObjectNode root = (ObjectNode) JsonFile.object(json, NAME);
        Map<String, Integer> vocabulary = vocabulary(root);
        settings.requireIn(vocabulary, NAME);
        List<AddedToken> missing = new ArrayList<>(settings.specials());
        for (JsonNode known : root.path("added_tokens")) {
            missing.removeIf(
                    token -> token.content().equals(known.path("content").asText()));
        }
        boolean complete = missing.isEmpty();
        if (!complete) {
            ArrayNode added =
                    root.path("added_tokens") instanceof ArrayNode present ? present : root.putArray("added_tokens");
            missing.forEach(token -> token.writeTo(added, vocabulary.get(token.content())));
        }
        BitSet skippable = new BitSet();
        for (JsonNode token : root.path("added_tokens")) {
            if (token.path("special").asBoolean()) {
                skippable.set(vocabulary.get(token.path("content").asText()));
            }
        }
        return new TokenizerFile(
                complete ? json : root.toString(),
                vocabulary,
                skippable,
                "WordPiece".equals(root.at("/decoder/type").asText()),
                "BPE".equals(root.at("/model/type").asText()));
    }

    /** One more than the largest id. */
    int idLimit() {
        return vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    /** Every token with its id, added tokens included. */
    static Map<String, Integer> vocabulary(JsonNode root) {
        JsonNode model = root.path("model").path("vocab");
        Map<String, Integer> vocabulary = new HashMap<>();
        if (model.isObject()) {
            model.properties().forEach(entry -> vocabulary.put(entry.getKey(), id(entry.getValue())));
        } else if (model.isArray()) {
            // Unigram models list [piece, score]; the place in the list is the id.
            for (int id = 0; id < model.size(); id++) {
                vocabulary.put(model.path(id).path(0).asText(), id);
            }
        } else {
            throw Fault.modelRefused(NAME + " has no model.vocab.");
        }
        for (JsonNode token : root.path("added_tokens")) {
            // The Rust library ignores the id that an added token claims where the vocabulary has one.
            vocabulary.putIfAbsent(token.path("content").asText(), id(token.path("id")));
        }
        return vocabulary;
    }

    private static int id(JsonNode node) {
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < 0
                || node.intValue() == Integer.MAX_VALUE) {
            throw Fault.modelRefused(NAME + " gives a token an id that isn't an integer from 0 on.");
        }
        return node.intValue();
    }
}
