package dev.unmask.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a checkpoint wants its text tokenized: {@code tokenizer_config.json}, {@code
 * special_tokens_map.json} and {@code added_tokens.json}, each of them optional.
 *
 * <p>Defaults and precedence are those of transformers 5.17 ({@code BertTokenizer}, {@code
 * PreTrainedTokenizerBase._from_pretrained}): the special tokens map overrides the configuration,
 * unless the configuration has {@code added_tokens_decoder}. Special tokens that no file names come from
 * {@link SpecialNames#of}.
 *
 * @param bert whether {@code tokenizer_class} is BERT's, or absent
 * @param lowerCase {@code do_lower_case}, default true
 * @param stripAccents {@code strip_accents}; null, the default, means "where {@code lowerCase}"
 * @param chineseChars {@code tokenize_chinese_chars}, default true: each ideograph is a word
 * @param cleanUpSpaces {@code clean_up_tokenization_spaces}, default false
 * @param modelMaxLength {@code model_max_length} in tokens, special ones included; empty if it is absent or so large that
 *     it means "no limit"
 * @param pad the padding token
 * @param unknown the token for words without pieces
 * @param cls the token that opens a text
 * @param sep the token that closes a text
 * @param mask the token to fill
 * @param added further tokens that are matched in texts, in the order of their ids
 */
public record TokenizerSettings(
        boolean bert,
        boolean lowerCase,
        Boolean stripAccents,
        boolean chineseChars,
        boolean cleanUpSpaces,
        OptionalInt modelMaxLength,
        AddedToken pad,
        AddedToken unknown,
        AddedToken cls,
        AddedToken sep,
        AddedToken mask,
        List<AddedToken> added) {

    private static final String CONFIG = CheckpointFiles.TOKENIZER_CONFIG;
    private static final String MAP = CheckpointFiles.SPECIAL_TOKENS;
    private static final String ADDED = CheckpointFiles.ADDED_TOKENS;

    private static final List<String> SPECIAL_KEYS =
            List.of("pad_token", "unk_token", "cls_token", "sep_token", "mask_token");

    private static final String BERT = "BertTokenizer";

    /** CXR-BERT's own class differs from BERT's only in its name. */
    private static final Set<String> BERT_CLASSES = Set.of(BERT, "BertTokenizerFast", "CXRBertTokenizer");

    /** transformers writes 1e30 for "unknown"; no BERT comes near a million positions. */
    private static final double NO_LIMIT = 1e6;

    /** Copies the list of added tokens, so that the settings can't change. */
    public TokenizerSettings {
        added = List.copyOf(added);
    }

    /** The five special tokens, in the order pad, unknown, cls, sep, mask. */
    public List<AddedToken> specials() {
        return List.of(pad, unknown, cls, sep, mask);
    }

    /**
     * The settings of a checkpoint.
     *
     * @param files the files that define them
     * @param published its {@code tokenizer.json}, which shows the special tokens' spelling if no file defines it
     * @throws Fault of kind {@code MODEL_REFUSED} when a key has the wrong type
     */
    static TokenizerSettings of(SettingsFiles files, Optional<ObjectNode> published) {
        JsonNode config = files.config();
        JsonNode map = files.specials();
        JsonNode legacy = files.added();
        boolean decoderKnown = config.has("added_tokens_decoder");
        List<AddedToken> added = decoderKnown ? decoder(config.get("added_tokens_decoder")) : List.of();
        Reader reader = new Reader(config, decoderKnown ? CheckpointText.MAPPER.nullNode() : map, added);
        SpecialNames absent = reader.namesAll() ? SpecialNames.BERT : SpecialNames.of(published);
        AddedToken pad = reader.token("pad_token", absent.pad());
        AddedToken unknown = reader.token("unk_token", absent.unknown());
        AddedToken cls = reader.token("cls_token", absent.cls());
        AddedToken sep = reader.token("sep_token", absent.sep());
        AddedToken mask = reader.token("mask_token", absent.mask());
        List<AddedToken> all = new ArrayList<>(added);
        if (!decoderKnown) {
            legacy(legacy).forEach(token -> addOnce(all, token));
        }
        reader.extraSpecials().forEach(token -> addOnce(all, token));
        List.of(pad, unknown, cls, sep, mask)
                .forEach(special -> all.removeIf(token -> token.content().equals(special.content())));
        return new TokenizerSettings(
                BERT_CLASSES.contains(config.path("tokenizer_class").asText(BERT)),
                reader.flag("do_lower_case", true),
                reader.optionalFlag("strip_accents"),
                reader.flag("tokenize_chinese_chars", true),
                Boolean.TRUE.equals(reader.optionalFlag("clean_up_tokenization_spaces")),
                reader.modelMaxLength(),
                pad,
                unknown,
                cls,
                sep,
                mask,
                all);
    }

    /** Refuses a vocabulary, read from a file of this name, that lacks one of the special tokens. */
    void requireIn(Map<String, Integer> vocabulary, String file) {
        List<String> missing = specials().stream()
                .map(AddedToken::content)
                .filter(content -> !vocabulary.containsKey(content))
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            throw Fault.modelRefused(
                    "%s lacks the special tokens %s. Publish a vocabulary that has them, or name its own tokens in %s (pad_token, unk_token, cls_token, sep_token, mask_token)."
                            .formatted(file, String.join(" ", missing), CONFIG));
        }
    }

    private static void addOnce(List<AddedToken> tokens, AddedToken token) {
        if (tokens.stream().noneMatch(known -> known.content().equals(token.content()))) {
            tokens.add(token);
        }
    }

    /** {@code added_tokens_decoder}: id (as text) to token, in the order of the ids. */
    private static List<AddedToken> decoder(JsonNode node) {
        List<Map.Entry<Integer, AddedToken>> found = new ArrayList<>();
        node.properties()
                .forEach(field -> found.add(Map.entry(
                        id(field.getKey(), CONFIG), token(field.getValue(), CONFIG, "added_tokens_decoder"))));
        return inOrder(found);
    }

    /** {@code added_tokens.json}: token to id, from before {@code added_tokens_decoder}. */
    private static List<AddedToken> legacy(JsonNode node) {
        List<Map.Entry<Integer, AddedToken>> found = new ArrayList<>();
        node.properties()
                .forEach(field -> found.add(Map.entry(
                        id(field.getValue().asText(), ADDED),
                        new AddedToken(field.getKey(), false, false, false, true, false))));
        return inOrder(found);
    }

    private static List<AddedToken> inOrder(List<Map.Entry<Integer, AddedToken>> found) {
        return found.stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static int id(String text, String file) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Fault.modelRefused(file + " gives an added token an id that isn't an integer.", e);
        }
    }

    /** A token written as a string, or as an object with {@code content} and its flags. */
    private static AddedToken token(JsonNode node, String file, String key) {
        if (node.isTextual()) {
            return AddedToken.special(node.textValue());
        }
        if (!node.path("content").isTextual()) {
            throw Fault.modelRefused(file + ": " + key + " must be a string or an object with \"content\".");
        }
        boolean special = node.path("special").asBoolean(false);
        return new AddedToken(
                node.get("content").textValue(),
                node.path("single_word").asBoolean(false),
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("normalized").asBoolean(false),
                special);
    }

    /** The two files that name special tokens, with their precedence. */
    private record Reader(JsonNode config, JsonNode map, List<AddedToken> added) {

        boolean namesAll() {
            return SPECIAL_KEYS.stream().allMatch(key -> map.hasNonNull(key) || config.hasNonNull(key));
        }

        AddedToken token(String key, String absent) {
            boolean mapped = map.hasNonNull(key);
            JsonNode node = (mapped ? map : config).path(key);
            if (node.isMissingNode() || node.isNull()) {
                return AddedToken.special(absent);
            }
            AddedToken token = TokenizerSettings.token(node, mapped ? MAP : CONFIG, key);
            return added.stream()
                    .filter(known -> known.content().equals(token.content()))
                    .findFirst()
                    .orElse(token)
                    .asSpecial();
        }

        /** Both names of the same list: transformers 5 renamed it. */
        List<AddedToken> extraSpecials() {
            List<AddedToken> tokens = new ArrayList<>();
            for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
                for (JsonNode node : (map.hasNonNull(key) ? map : config).path(key)) {
                    tokens.add(TokenizerSettings.token(node, CONFIG, key).asSpecial());
                }
            }
            return tokens;
        }

        boolean flag(String key, boolean absent) {
            Boolean value = optionalFlag(key);
            return value == null ? absent : value;
        }

        Boolean optionalFlag(String key) {
            JsonNode node = config.path(key);
            if (node.isMissingNode() || node.isNull()) {
                return null;
            }
            if (!node.isBoolean()) {
                throw Fault.modelRefused(CONFIG + ": " + key + " must be true or false.");
            }
            return node.booleanValue();
        }

        OptionalInt modelMaxLength() {
            JsonNode node = config.hasNonNull("model_max_length") ? config.get("model_max_length") : null;
            if (node == null) {
                node = config.path("max_len");
            }
            if (node.isMissingNode() || node.isNull()) {
                return OptionalInt.empty();
            }
            if (!node.isNumber() || node.doubleValue() < 1) {
                throw Fault.modelRefused(CONFIG + ": model_max_length must be a positive number.");
            }
            double tokens = node.doubleValue();
            return tokens > NO_LIMIT ? OptionalInt.empty() : OptionalInt.of((int) tokens);
        }
    }
}
