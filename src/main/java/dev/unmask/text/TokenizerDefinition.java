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
 * A {@code tokenizer.json}, with the facts that this package needs besides the Rust library.
 *
 * @param json the file's text
 * @param vocabulary every token with its id, added tokens included
 * @param skippable the ids of the tokens that decoding can skip
 * @param decodesByPiece whether a token's text depends only on the token and on being the first
 * @param bytePair whether its model is byte-pair encoding, which transformers never cleans up after
 * @param lowerCase whether BERT's normalizer lower-cases; empty for another normalizer
 */
record TokenizerDefinition(
        String json,
        Map<String, Integer> vocabulary,
        BitSet skippable,
        boolean decodesByPiece,
        boolean bytePair,
        Optional<Boolean> lowerCase) {

    /**
     * The definition from a published file. For BERT, the settings override the file's text processing.
     *
     * @param text the file's text
     * @param root the same, parsed; modified if the definition differs from it
     * @throws Fault of kind {@code MODEL_REFUSED} when it is not a tokenizer or lacks a special token
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
     * The definition of a BERT of which only the vocabulary is published.
     *
     * @param lines one token a line, the line number (from 0) is the id
     * @throws Fault of kind {@code MODEL_REFUSED} when it lacks a special token
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

    /** Adds the vocabulary's special tokens that are not yet matched in texts, like the reference. */
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

    /** Whether a file has a WordPiece model. */
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
            // Unigram models list [piece, score]; the index in the list is the id.
            for (int id = 0; id < model.size(); id++) {
                vocabulary.put(model.path(id).path(0).asText(), id);
            }
        } else {
            throw Fault.modelRefused(CheckpointFiles.TOKENIZER + " has no model.vocab.");
        }
        for (JsonNode token : root.path("added_tokens")) {
            // The Rust library ignores an added token's id if the vocabulary has one for it.
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
                    CheckpointFiles.TOKENIZER + " gives a token an id that isn't a non-negative integer.");
        }
        return node.intValue();
    }
}
