package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

    private static Tokenizer toy;

    @BeforeAll
    static void open() {
        toy = Tokenizer.open(Folders.TOY);
    }

    @AfterAll
    static void close() {
        toy.close();
    }

    @Test
    void specialIdsComeFromTheVocabulary() {
        assertThat(toy.specialTokens()).isEqualTo(new SpecialTokens(0, 6, 7, 8, 9, "[MASK]"));
        assertThat(toy.vocabulary()).hasSize(165);
        assertThat(toy.idLimit()).isEqualTo(165);
    }

    @Test
    void aTokenIsLookedUpExactly() {
        assertThat(toy.id("[MASK]")).hasValue(9);
        assertThat(toy.id("[mask]")).isEmpty();
        assertThat(toy.id("a")).isPresent();
        assertThat(toy.id("A")).isEmpty();
        assertThat(toy.id(" a")).isEmpty();
        assertThat(toy.id("##a")).isPresent();
        assertThat(toy.id("")).isEmpty();
    }

    @Test
    void theMaskIsCutOutInsideWordsAndOnlyInUpperCase() {
        assertThat(toy.encode("a[MASK]b", false))
                .containsExactly(toy.id("a").getAsInt(), 9, toy.id("b").getAsInt());
        assertThat(toy.encode("[mask]", false)).doesNotContain(9);
    }

    @Test
    void specialTokensInTheTextAreSpecial() {
        assertThat(toy.encode("[SEP] [CLS] [PAD] [UNK]", true)).containsExactly(7, 8, 7, 0, 6, 8);
        assertThat(toy.decode(new int[] {7, 8, 7, 0, 6, 8}, true)).isEmpty();
    }

    @Test
    void nothingIsTruncatedOrPadded() {
        assertThat(toy.encode("a ".repeat(2000), true)).hasSize(2002);
        assertThat(toy.encode("", true)).containsExactly(7, 8);
        assertThat(toy.encode("", false)).isEmpty();
    }

    @Test
    void idsWithoutATokenAreLeftOut() {
        int a = toy.id("a").getAsInt();
        int[] ids = {-1, Integer.MIN_VALUE, a, 165, Integer.MAX_VALUE, a};
        assertThat(toy.decode(ids, true)).isEqualTo("a a");
        assertThat(toy.decodeNatively(new int[][] {ids}, true)).containsExactly("a a");
        assertThat(toy.decode(new int[0], true)).isEmpty();
        assertThat(toy.decodeAll(new int[0][], true)).isEmpty();
    }

    @Test
    void aFirstWordPieceKeepsItsPrefixAndALaterOneIsGlued() {
        int piece = toy.id("##a").getAsInt();
        int b = toy.id("b").getAsInt();
        assertThat(toy.decode(new int[] {piece}, false)).isEqualTo("##a");
        assertThat(toy.decode(new int[] {b, piece, piece, b}, false)).isEqualTo("baa b");
        assertThat(toy.decode(new int[] {9, piece, b}, true)).isEqualTo("##a b");
    }

    @Test
    void manyRowsAreDecodedAsOneByOne() {
        int[][] rows = {{7, 9, 8}, {}, {toy.id("a").getAsInt(), 9}, {500}};
        String[] texts = toy.decodeAll(rows, false);
        for (int i = 0; i < rows.length; i++) {
            assertThat(texts[i]).isEqualTo(toy.decode(rows[i], false));
        }
        assertThat(texts).containsExactly("[CLS] [MASK] [SEP]", "", "a [MASK]", "");
    }

    @Test
    void everyTokenOfTheVocabularyDecodesAsTheLibraryDecodesIt() {
        int[][] rows = new int[2 * toy.idLimit()][];
        for (int id = 0; id < toy.idLimit(); id++) {
            rows[2 * id] = new int[] {id};
            rows[2 * id + 1] = new int[] {id, 7, id, id};
        }
        assertThat(toy.decodeAll(rows, false)).isEqualTo(toy.decodeNatively(rows, false));
        assertThat(toy.decodeAll(rows, true)).isEqualTo(toy.decodeNatively(rows, true));
    }

    @Test
    void nulCharactersVanish() {
        assertThat(toy.encode("a\u0000b", true)).isEqualTo(toy.encode("ab", true));
        assertThat(toy.encode("\u0000", true)).containsExactly(7, 8);
    }

    @Test
    void aLoneSurrogateSpoilsNothingElse() {
        int[] whole = toy.encode("a \ud83d\ude00 b\u0000", true);
        assertThat(toy.encode("\ud800a \ud83d\ude00 b\u0000", true)).isEqualTo(whole);
        assertThat(toy.encode("a\udc00 \ud83d\ude00 b", true)).isEqualTo(whole);
        assertThat(toy.encode("a \ud83d\ude00 b\ud83d", true)).isEqualTo(whole);
    }

    @Test
    void oneEndlessWordIsOneUnknownToken() {
        assertThat(toy.encode("a".repeat(1 << 20), true)).containsExactly(7, 6, 8);
    }

    @Test
    void aLongRunOfIdeographsIsOneTokenEach() {
        int[] ids = toy.encode("\u80ba".repeat(1 << 17), false);
        assertThat(ids).hasSize(1 << 17).containsOnly(6);
    }

    @Test
    void aClosedTokenizerSaysSo() {
        Tokenizer closed = Tokenizer.open(Folders.TOY);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.encode("a", true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void nullArgumentsNeverReachTheLibrary() {
        assertThatThrownBy(() -> toy.encode(null, true)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> toy.decode(null, true)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> toy.decodeNatively(new int[][] {null}, true)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aFolderWithoutATokenizerIsRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("neither tokenizer.json nor vocab.txt");
    }

    @Test
    void aPublishedFileWinsOverTheVocabularyAndLosesItsTruncation(@TempDir Path folder) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json =
                (ObjectNode) mapper.readTree(TokenizerSource.read(Folders.TOY).json());
        json.putObject("truncation")
                .put("direction", "Right")
                .put("max_length", 4)
                .put("strategy", "LongestFirst")
                .put("stride", 0);
        ObjectNode padding = json.putObject("padding");
        padding.putObject("strategy").put("Fixed", 16);
        padding.put("direction", "Right")
                .putNull("pad_to_multiple_of")
                .put("pad_id", 0)
                .put("pad_type_id", 0)
                .put("pad_token", "[PAD]");
        json.putArray("added_tokens");
        Folders.with(folder, "tokenizer.json", json.toString());
        Folders.with(folder, "vocab.txt", "nothing\n");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("a a a a a [MASK]", true)).hasSize(8).contains(9);
            assertThat(tokenizer.decode(new int[] {7, 9, 8}, true)).isEmpty();
        }
    }

    @Test
    void aDecoderOfAnotherKindIsLeftToTheLibrary(@TempDir Path folder) throws Exception {
        String json = TokenizerSource.read(Folders.TOY).json();
        String other = json.replace(
                "\"decoder\":{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
                "\"decoder\":{\"type\":\"Fuse\"}");
        assertThat(other).isNotEqualTo(json);
        Folders.with(folder, "tokenizer.json", other);
        Folders.with(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int a = tokenizer.id("a").getAsInt();
            assertThat(tokenizer.decode(new int[] {a, a, -3}, true)).isEqualTo("aa");
        }
    }

    @Test
    void whatTheLibraryRefusesIsRefusedWithItsReason(@TempDir Path folder) throws Exception {
        String json = TokenizerSource.read(Folders.TOY).json();
        Folders.with(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        for (String bad : Arrays.asList(
                json.replace("BertPreTokenizer", "NoSuchPreTokenizer"),
                json.replace("\"unk_token\":\"[UNK]\"", "\"unk_token\":\"[NOPE]\""),
                json.replace("\"[MASK]\":9,", "\"[MASK]\":-9,"))) {
            assertThat(bad).isNotEqualTo(json);
            Files.writeString(folder.resolve("tokenizer.json"), bad);
            assertThatThrownBy(() -> Tokenizer.open(folder))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                    .hasMessageContaining("tokenizer");
        }
    }
}
