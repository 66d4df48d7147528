package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The {@code tokenizer.json} that a checkpoint is tokenized with: built as transformers 5.17 builds it ({@code
 * BertTokenizer}), which for BERT takes no more than the vocabulary and the added tokens from a published one.
 */
public final class TokenizerJson {

    private TokenizerJson() {}

    /**
     * The file of a checkpoint's folder.
     *
     * @param folder holds {@code tokenizer.json} or else {@code vocab.txt}
     * @param settings how the checkpoint wants its text tokenized; for BERT they win over what a published file says
     * @throws Fault of kind {@code MODEL_REFUSED} where there is neither file, or it is no tokenizer
     */
    public static String of(Path folder, TokenizerSettings settings) {
        Path published = folder.resolve(TokenizerFile.NAME);
        if (Files.exists(published)) {
            return fromPublished(JsonFile.text(published), settings);
        }
        Path vocabTxt = folder.resolve("vocab.txt");
        if (Files.exists(vocabTxt)) {
            return fromVocabulary(vocabTxt, settings);
        }
        throw Fault.modelRefused("The model has neither tokenizer.json nor vocab.txt; one of them is needed.");
    }

    private static String fromPublished(String json, TokenizerSettings settings) {
        ObjectNode root = (ObjectNode) JsonFile.object(json, TokenizerFile.NAME);
        if (!settings.bert() || !"WordPiece".equals(root.at("/model/type").asText())) {
            return json;
        }
        Map<String, Integer> vocabulary = TokenizerFile.vocabulary(root);
        settings.requireIn(vocabulary, TokenizerFile.NAME);
        steps(root, settings, vocabulary);
        return root.toString();
    }

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
        steps(root, settings, vocabulary);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", settings.unknown().content())
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        vocabulary.forEach(model.putObject("vocab")::put);
        return root.toString();
    }

    /** What is done to a text before and after its words are looked up. */
    private static void steps(ObjectNode root, TokenizerSettings settings, Map<String, Integer> vocabulary) {
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
