package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerSourceTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    /** What transformers 5.17.0 saves for the same vocabulary. */
    @Test
    void theFileIsTheOneThatTheReferenceBuilds() throws Exception {
        String expected = """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[
        {"id":0,"content":"[PAD]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
        {"id":1,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
        {"id":2,"content":"[CLS]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
        {"id":3,"content":"[SEP]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
        {"id":4,"content":"[MASK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
        "pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":{"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
        "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
        "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
        "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"a":5}}}
        """;
        assertThat(built(Folders.SPECIALS + "a\n")).isEqualTo(MAPPER.readTree(expected));
    }

    @Test
    void theSettingsReachTheNormalizer() throws Exception {
        Folders.with(
                folder,
                "tokenizer_config.json",
                "{\"do_lower_case\":false,\"strip_accents\":true,\"tokenize_chinese_chars\":false}");
        JsonNode normalizer = built(Folders.SPECIALS).get("normalizer");
        assertThat(normalizer.get("lowercase").booleanValue()).isFalse();
        assertThat(normalizer.get("strip_accents").booleanValue()).isTrue();
        assertThat(normalizer.get("handle_chinese_chars").booleanValue()).isFalse();
    }

    @Test
    void specialIdsAreLineNumbers() throws Exception {
        JsonNode json = built("x\n[MASK]\n[SEP]\n[CLS]\n[UNK]\n[PAD]\n");
        assertThat(json.at("/post_processor/special_tokens/[CLS]/ids/0").intValue())
                .isEqualTo(3);
        assertThat(json.at("/post_processor/special_tokens/[SEP]/ids/0").intValue())
                .isEqualTo(2);
        assertThat(json.at("/added_tokens/4/id").intValue()).isEqualTo(1);
    }

    @Test
    void anythingMayStandInAVocabulary() throws Exception {
        String odd = "\"\n\\\n\u0000\n\u0007\n\u2028\u00e9\n\ud83d\ude00\n</script>\n  a\n";
        JsonNode vocabulary = built(Folders.SPECIALS + odd).at("/model/vocab");
        assertThat(vocabulary.get("\"").intValue()).isEqualTo(5);
        assertThat(vocabulary.get("\\").intValue()).isEqualTo(6);
        assertThat(vocabulary.get("\u0000").intValue()).isEqualTo(7);
        assertThat(vocabulary.get("\u2028\u00e9").intValue()).isEqualTo(9);
        assertThat(vocabulary.get("\ud83d\ude00").intValue()).isEqualTo(10);
        assertThat(vocabulary.get("  a").intValue()).isEqualTo(12);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("\ud83d\ude00 \" \\", false)).containsExactly(10, 5, 6);
            assertThat(tokenizer.decode(new int[] {7, 10, 9}, true)).isEqualTo("\u0000 \ud83d\ude00 \u2028\u00e9");
        }
    }

    @Test
    void linesEndWithLfOrCrlfAndTheLastOneNeedsNoEnd() throws Exception {
        String lines = Folders.SPECIALS.replace("\n", "\r\n") + "a\r\nb\rc";
        JsonNode vocabulary = built(lines).at("/model/vocab");
        assertThat(vocabulary.get("[PAD]").intValue()).isZero();
        assertThat(vocabulary.get("a").intValue()).isEqualTo(5);
        assertThat(vocabulary.get("b\rc").intValue()).isEqualTo(6);
        assertThat(vocabulary).hasSize(7);
    }

    @Test
    void whiteSpaceAtTheEndOfALineDoesNotCount() throws Exception {
        JsonNode vocabulary =
                built(Folders.SPECIALS + " a \nb\t\nc\u00a0\nd\u200b\n").at("/model/vocab");
        assertThat(vocabulary.get(" a").intValue()).isEqualTo(5);
        assertThat(vocabulary.get("b").intValue()).isEqualTo(6);
        assertThat(vocabulary.get("c").intValue()).isEqualTo(7);
        assertThat(vocabulary.get("d\u200b").intValue()).isEqualTo(8);
    }

    @Test
    void ofEqualLinesTheLastOneCountsAndBlankLinesAreOneToken() throws Exception {
        JsonNode vocabulary = built(Folders.SPECIALS + "a\n\nb\na\n\n").at("/model/vocab");
        assertThat(vocabulary.get("a").intValue()).isEqualTo(8);
        assertThat(vocabulary.get("b").intValue()).isEqualTo(7);
        assertThat(vocabulary.get("").intValue()).isEqualTo(9);
        assertThat(vocabulary).hasSize(8);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.vocabulary()).hasSize(8);
            assertThat(tokenizer.idLimit()).isEqualTo(10);
            assertThat(tokenizer.decode(new int[] {5, 8, 9, 7}, true)).isEqualTo("a  b");
        }
    }

    @Test
    void missingSpecialTokensAreNamed() {
        assertThatThrownBy(() -> built("[PAD]\n[UNK]\n[CLS]\na\n"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("vocab.txt lacks the special tokens [SEP] [MASK]");
        assertThatThrownBy(() -> built("")).hasMessageContaining("[PAD] [UNK] [CLS] [SEP] [MASK]");
        assertThatThrownBy(() -> built("\ufeff" + Folders.SPECIALS)).hasMessageContaining(" [PAD].");
    }

    @Test
    void malformedUtf8IsRefused() throws Exception {
        byte[] bytes = (Folders.SPECIALS + "a?\n").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 2] = (byte) 0xff;
        Files.write(folder.resolve("vocab.txt"), bytes);
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(Fault.class)
                .message()
                .contains("vocab.txt", "UTF-8");
    }

    @Test
    void addedTokensBeyondTheVocabularyGetTheNextIds() {
        Folders.with(folder, "vocab.txt", Folders.SPECIALS + "a\n");
        Folders.with(folder, "tokenizer_config.json", "{\"additional_special_tokens\":[\"a\",\"<x>\"]}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.id("<x>")).hasValue(6);
            assertThat(tokenizer.encode("b<x>a", false)).containsExactly(1, 6, 5);
            assertThat(tokenizer.decode(new int[] {5, 6, 1}, true)).isEmpty();
        }
    }

    @Test
    void anAddedTokenNeverSharesAnId() {
        Folders.with(folder, "vocab.txt", Folders.SPECIALS + "a\na\na\n");
        Folders.with(folder, "tokenizer_config.json", "{\"additional_special_tokens\":[\"<x>\",\"<y>\"]}");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("<y> would get the id of another token");
    }

    private JsonNode built(String vocabulary) throws Exception {
        Folders.with(folder, "vocab.txt", vocabulary);
        return MAPPER.readTree(TokenizerSource.read(folder).json());
    }

    /** Read off transformers 5.17.0, which builds all steps of a BertTokenizer anew. */
    @Test
    void forBertAPublishedFileGivesNoMoreThanItsTokens() throws Exception {
        Folders.with(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        String expected = TokenizerSource.read(folder).json();
        String published = expected.replace("\"lowercase\":true", "\"lowercase\":false")
                .replace("\"handle_chinese_chars\":true", "\"handle_chinese_chars\":false")
                .replaceFirst("\"post_processor\":.*\"decoder\"", "\"post_processor\":null,\"decoder\"");
        assertThat(published).contains("\"lowercase\":false").contains("\"post_processor\":null");
        Folders.with(folder, "tokenizer.json", published);

        assertThat(MAPPER.readTree(TokenizerSource.read(folder).json())).isEqualTo(MAPPER.readTree(expected));
    }

    @Test
    void ofOtherTokenizersAPublishedFileStaysAsItIs() throws Exception {
        Folders.with(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        String published = TokenizerSource.read(folder).json().replace("\"lowercase\":true", "\"lowercase\":false");
        Folders.with(folder, "tokenizer.json", published);
        Folders.with(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");

        assertThat(TokenizerSource.read(folder).json()).isEqualTo(published);
    }
}
