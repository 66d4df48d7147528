package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.util.List;
import java.util.Map;

/**
 * The {@code tokenizer.json} of a BERT, as transformers 5.17 builds it ({@code BertTokenizer}), which only uses the
 * vocabulary and the added tokens of a published one.
 */
final class BertTokenizerJson {

    private BertTokenizerJson() {}

    /**
     * Builds one.
     *
     * @param vocabulary every token with its id, the special ones among them
     * @param settings how the checkpoint wants its text tokenized
     * @throws Fault of kind {@code MODEL_REFUSED} when an added token can't have its own id
     */
    static ObjectNode of(Map<String, Integer> vocabulary, TokenizerSettings settings) {
        ObjectNode root = CheckpointText.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        addedTokens(root.putArray("added_tokens"), settings, vocabulary);
        steps(root, settings, vocabulary);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", settings.unknown().content())
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        vocabulary.forEach(model.putObject("vocab")::put);
        return root;
    }

    /** Replaces the steps before and after the vocabulary lookup. */
    static void steps(ObjectNode root, TokenizerSettings settings, Map<String, Integer> vocabulary) {
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", settings.chineseChars())
                .put("strip_accents", settings.stripAccents())
                .put("lowercase", settings.lowerCase());
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        postProcessor(root.putObject("post_processor"), settings, vocabulary);
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    }

    /** A token that the vocabulary lacks gets the next id, by the Rust library's own rule. */
    private static void addedTokens(ArrayNode target, TokenizerSettings settings, Map<String, Integer> vocabulary) {
        int highest = -1;
        for (AddedToken token : settings.specials()) {
            int id = vocabulary.get(token.content());
            highest = Math.max(highest, id);
            token.writeTo(target, id);
        }
        for (AddedToken token : settings.added()) {
            Integer known = vocabulary.get(token.content());
            int id = known != null ? known : Math.max(vocabulary.size(), highest + 1);
            if (known == null && vocabulary.containsValue(id)) {
                throw Fault.modelRefused(
                        "The added token %s would get the id of another token, because vocab.txt holds equal lines. Publish a tokenizer.json for this model."
                                .formatted(token.content()));
            }
            highest = Math.max(highest, id);
            token.writeTo(target, id);
        }
    }

    private static void postProcessor(
            ObjectNode processor, TokenizerSettings settings, Map<String, Integer> vocabulary) {
        String cls = settings.cls().content();
        String sep = settings.sep().content();
        processor.put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        for (ArrayNode template : List.of(single, pair)) {
            piece(template, "SpecialToken", cls, 0);
            piece(template, "Sequence", "A", 0);
            piece(template, "SpecialToken", sep, 0);
        }
        piece(pair, "Sequence", "B", 1);
        piece(pair, "SpecialToken", sep, 1);
        ObjectNode specials = processor.putObject("special_tokens");
        for (String token : List.of(cls, sep)) {
            ObjectNode special = specials.putObject(token).put("id", token);
            special.putArray("ids").add(vocabulary.get(token));
            special.putArray("tokens").add(token);
        }
    }

    private static void piece(ArrayNode template, String kind, String id, int typeId) {
        template.addObject().putObject(kind).put("id", id).put("type_id", typeId);
    }
}
