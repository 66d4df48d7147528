package dev.unmask.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code tokenizer.json}, and what this package has to know about it before the Rust library gets it.
 *
 * @param json the text of the file
 * @param vocabulary every token with its id, added tokens included
 * @param skippable the ids of the tokens that decoding can skip
 * @param decodesByPiece whether a token's text depends only on the token and on being the first
 * @param bytePair whether its model is byte-pair encoding, which transformers never cleans up after
 * @param lowerCase whether BERT's normalizer lower-cases; empty where there is another
 */
record TokenizerDefinition(
        String json,
        Map<String, Integer> vocabulary,
        BitSet skippable,
        boolean decodesByPiece,
        boolean bytePair,
        Optional<Boolean> lowerCase) {

    /**
     * That of a published file. For BERT, what the settings say is done to a text wins over what the file says.
     *
     * @param text the file's
     * @param root the same, parsed; changed where the definition differs from it
     * @throws Fault of kind {@code MODEL_REFUSED} where it is no tokenizer or lacks a special token
     */
    static TokenizerDefinition published(String text, ObjectNode root, TokenizerSettings settings) {
        Map<String, Integer> vocabulary = vocabulary(root);
        settings.requireIn(vocabulary, CheckpointFiles.TOKENIZER);
        boolean bert = settings.bert() && isWordPiece(root);
        if (bert) {
            BertTokenizerJson.steps(root, settings, vocabulary);
        }
        boolean completed = complete(root, settings, vocabulary);
        return of(bert || completed ? root.toString() : text, root, vocabulary);
    }

    /**
     * That of a BERT whose vocabulary alone is published.
     *
     * @param lines one token a line, the line number (from 0) is the id
     * @throws Fault of kind {@code MODEL_REFUSED} where it lacks a special token
     */
    static TokenizerDefinition ofVocabulary(String lines, TokenizerSettings settings) {
        Map<String, Integer> vocabulary = VocabularyText.ids(lines);
        settings.requireIn(vocabulary, CheckpointFiles.VOCABULARY);
        ObjectNode root = BertTokenizerJson.of(vocabulary, settings);
        return of(root.toString(), root, vocabulary(root));
    }

    private static TokenizerDefinition of(String json, JsonNode root, Map<String, Integer> vocabulary) {
        BitSet skippable = new BitSet();
        for (JsonNode token : root.path("added_tokens")) {
            if (token.path("special").asBoolean()) {
                skippable.set(vocabulary.get(token.path("content").asText()));
            }
        }
        JsonNode normalizer = root.path("normalizer");
        return new TokenizerDefinition(
                json,
                vocabulary,
                skippable,
                "WordPiece".equals(root.at("/decoder/type").asText()),
                "BPE".equals(root.at("/model/type").asText()),
                "BertNormalizer".equals(normalizer.path("type").asText())
                        ? Optional.of(normalizer.path("lowercase").asBoolean())
                        : Optional.empty());
    }

    /** Adds the special tokens that the vocabulary has but that are not cut out of a text, as the reference does. */
    private static boolean complete(ObjectNode root, TokenizerSettings settings, Map<String, Integer> vocabulary) {
        List<AddedToken> missing = new ArrayList<>(settings.specials());
        for (JsonNode known : root.path("added_tokens")) {
            missing.removeIf(
                    token -> token.content().equals(known.path("content").asText()));
        }
        if (missing.isEmpty()) {
            return false;
        }
        ArrayNode added =
                root.path("added_tokens") instanceof ArrayNode present ? present : root.putArray("added_tokens");
        missing.forEach(token -> token.writeTo(added, vocabulary.get(token.content())));
        return true;
    }

    /** Whether a file is that of a WordPiece model. */
    static boolean isWordPiece(JsonNode root) {
        return "WordPiece".equals(root.at("/model/type").asText());
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
            throw Fault.modelRefused(CheckpointFiles.TOKENIZER + " has no model.vocab.");
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
            throw Fault.modelRefused(
                    CheckpointFiles.TOKENIZER + " gives a token an id that isn't an integer from 0 on.");
        }
        return node.intValue();
    }
}
