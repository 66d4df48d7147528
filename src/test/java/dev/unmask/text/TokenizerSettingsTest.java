package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerSettingsTest {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String MAP = "special_tokens_map.json";

    @TempDir
    Path folder;

    @Test
    void withoutAnyFileTheDefaultsHold() {
        TokenizerSettings settings = read(folder);
        assertThat(settings.lowerCase()).isTrue();
        assertThat(settings.stripAccents()).isNull();
        assertThat(settings.chineseChars()).isTrue();
        assertThat(settings.cleanUpSpaces()).isFalse();
        assertThat(settings.modelMaxLength()).isEmpty();
        assertThat(settings.specials())
                .extracting(AddedToken::content)
                .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
        assertThat(settings.added()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        TokenizerSettings settings =
                read("{\"do_lower_case\":false,\"strip_accents\":false,\"tokenize_chinese_chars\":false,"
                        + "\"clean_up_tokenization_spaces\":true,\"model_max_length\":512,"
                        + "\"mask_token\":\"<m>\"}");
        assertThat(settings.lowerCase()).isFalse();
        assertThat(settings.stripAccents()).isFalse();
        assertThat(settings.chineseChars()).isFalse();
        assertThat(settings.cleanUpSpaces()).isTrue();
        assertThat(settings.modelMaxLength()).hasValue(512);
        assertThat(settings.mask()).isEqualTo(AddedToken.special("<m>"));
    }

    @Test
    void nullIsAbsent() {
        TokenizerSettings settings =
                read("{\"do_lower_case\":null,\"strip_accents\":null,\"clean_up_tokenization_spaces\":null,"
                        + "\"model_max_length\":null,\"mask_token\":null}");
        assertThat(settings.lowerCase()).isTrue();
        assertThat(settings.cleanUpSpaces()).isFalse();
        assertThat(settings.modelMaxLength()).isEmpty();
        assertThat(settings.mask().content()).isEqualTo("[MASK]");
    }

    @ParameterizedTest
    @CsvSource({"512,512", "1000000,1000000", "1000001,-1", "1000000000000000019884624838656,-1"})
    void aHugeLengthMeansNoLimit(String written, int read) {
        int length =
                read("{\"model_max_length\":" + written + "}").modelMaxLength().orElse(-1);
        assertThat(length).isEqualTo(read);
    }

    @Test
    void theOldNameOfTheLengthCountsToo() {
        assertThat(read("{\"max_len\":128}").modelMaxLength()).hasValue(128);
    }

    @Test
    void aTokenMayBeAnObject() {
        TokenizerSettings settings =
                read("{\"mask_token\":{\"__type\":\"AddedToken\",\"content\":\"<m>\",\"lstrip\":true,"
                        + "\"rstrip\":false,\"single_word\":true,\"normalized\":true}}");
        assertThat(settings.mask()).isEqualTo(new AddedToken("<m>", true, true, false, true, true));
    }

    @Test
    void theSpecialTokensMapWins() {
        Folders.with(folder, MAP, "{\"mask_token\":\"<n>\"}");
        assertThat(read("{\"mask_token\":\"<m>\"}").mask().content()).isEqualTo("<n>");
    }

    @Test
    void theSpecialTokensMapLosesAgainstAddedTokensDecoder() {
        Folders.with(folder, MAP, "{\"mask_token\":\"<n>\"}");
        TokenizerSettings settings = read("{\"mask_token\":\"<m>\",\"added_tokens_decoder\":{"
                + "\"10\":{\"content\":\"<later>\"},"
                + "\"9\":{\"content\":\"<m>\",\"lstrip\":true,\"special\":true}}}");
        assertThat(settings.mask()).isEqualTo(new AddedToken("<m>", false, true, false, false, true));
        assertThat(settings.added()).extracting(AddedToken::content).containsExactly("<later>");
    }

    @Test
    void addedTokensJsonIsReadInTheOrderOfItsIds() {
        Folders.with(folder, "added_tokens.json", "{\"b\":31,\"a\":30,\"[MASK]\":4}");
        assertThat(read("{}").added()).extracting(AddedToken::content).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"do_lower_case\":\"yes\"};do_lower_case must be true or false",
                "{\"strip_accents\":1};strip_accents must be true or false",
                "{\"mask_token\":7};mask_token must be a string",
                "{\"mask_token\":{\"text\":\"x\"}};mask_token must be a string",
                "{\"model_max_length\":0};model_max_length must be a positive number",
                "{\"model_max_length\":\"512\"};model_max_length must be a positive number",
                "{\"added_tokens_decoder\":{\"x\":{\"content\":\"a\"}}};an id that isn't an integer",
                "[];has no JSON object",
                "{;isn't valid JSON",
                "'';has no JSON object"
            })
    void aKeyOfAWrongTypeIsNamed(String config, String message) {
        assertThatThrownBy(() -> read(config))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining(message)
                .hasMessageContaining(CONFIG)
                .hasMessageNotContaining(folder.toString());
    }

    @Test
    void aBytePairVocabularyWithRobertasTokensHasTheseWhereNoneAreNamed() throws IOException {
        Files.copy(Folders.ONNX.resolve("roberta/tokenizer.json"), folder.resolve("tokenizer.json"));

        assertThat(read("{\"model_max_length\":512}").specials())
                .extracting(AddedToken::content)
                .containsExactly("<pad>", "<unk>", "<s>", "</s>", "<mask>");
        assertThat(read("{\"mask_token\":\"<m>\"}").specials())
                .extracting(AddedToken::content)
                .containsExactly("<pad>", "<unk>", "<s>", "</s>", "<m>");
    }

    @Test
    void anotherVocabularyHasBertsTokensOrHasToNameItsOwn() throws IOException {
        String json = Files.readString(Folders.ONNX.resolve("roberta/tokenizer.json"));
        Folders.with(folder, "tokenizer.json", json.replace("<mask>", "<blank>"));
        assertThat(read(folder).mask().content()).isEqualTo("[MASK]");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("tokenizer.json lacks the special tokens [PAD] [UNK] [CLS] [SEP] [MASK]")
                .hasMessageContaining("name its own tokens in tokenizer_config.json");

        Folders.with(
                folder,
                "tokenizer_config.json",
                "{\"pad_token\":\"<pad>\",\"unk_token\":\"<unk>\","
                        + "\"cls_token\":\"<s>\",\"sep_token\":\"</s>\",\"mask_token\":\"<blank>\"}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.specialTokens()).isEqualTo(new SpecialTokens(1, 3, 0, 2, 4, "<blank>"));
            assertThat(tokenizer.encode("no <blank>", true)).startsWith(0).endsWith(4, 2);
        }
    }

    private TokenizerSettings read(String config) {
        return read(Folders.with(folder, CONFIG, config));
    }

    private static TokenizerSettings read(Path folder) {
        Optional<ObjectNode> published = Optional.of(folder.resolve("tokenizer.json"))
                .filter(Files::exists)
                .map(file -> CheckpointText.object(CheckpointText.text(file), "tokenizer.json"));
        return TokenizerSettings.of(SettingsFiles.read(folder), published);
    }
}
