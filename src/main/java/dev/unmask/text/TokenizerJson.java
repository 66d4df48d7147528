package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Builds the {@code tokenizer.json} of a BERT checkpoint that publishes only {@code vocab.txt}, as
 * transformers 5.17 does ({@code BertTokenizer}).
 */
public final class TokenizerJson {

    private TokenizerJson() {}

    /**
     * Builds the file.
     *
     * @param vocabTxt one token a line, the line number (from 0) is the id; UTF-8
     * @param settings how the checkpoint wants its text tokenized
     * @return the JSON text; the same input gives the same text
     * @throws Fault of kind {@code MODEL_REFUSED} where the vocabulary can't be read or lacks a
     *     special token
     */
    public static String fromVocabulary(Path vocabTxt, TokenizerSettings settings) {
        Map<String, Integer> vocabulary = VocabularyText.ids(JsonFile.text(vocabTxt));
        settings.requireIn(vocabulary, JsonFile.name(vocabTxt));

        ObjectNode root = JsonFile.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        addedTokens(root.putArray("added_tokens"), settings, vocabulary);
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", settings.chineseChars())
                .put("strip_accents", settings.stripAccents())
                .put("lowercase", settings.lowerCase());
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        postProcessor(root.putObject("post_processor"), settings, vocabulary);
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", settings.unknown().content())
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        vocabulary.forEach(model.putObject("vocab")::put);
        return root.toString();
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
                throw Fault.modelRefused("The added token "
                        + token.content()
                        + " would get the id of another token, because vocab.txt holds equal lines."
                        + " Publish a tokenizer.json for this model.");
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
