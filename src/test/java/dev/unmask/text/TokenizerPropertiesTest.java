package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for any text and any ids. */
class TokenizerPropertiesTest {

    private static Tokenizer toy;

    @BeforeContainer
    static void open() {
        toy = Tokenizer.open(Folders.TOY);
    }

    @AfterContainer
    static void close() {
        toy.close();
    }

    @Property(tries = 500)
    void idsLieInTheVocabularyBetweenClsAndSep(@ForAll("texts") String text) {
        int[] ids = toy.encode(text, true);
        assertThat(ids).hasSizeGreaterThanOrEqualTo(2);
        assertThat(ids[0]).isEqualTo(toy.specialTokens().cls());
        assertThat(ids[ids.length - 1]).isEqualTo(toy.specialTokens().sep());
        for (int id : ids) {
            assertThat(id).isBetween(0, toy.idLimit() - 1);
        }
        assertThat(toy.encode(text, false)).hasSize(ids.length - 2);
    }

    @Property(tries = 300)
    void anyUtf16IsEncoded(@ForAll("chars") String text) {
        assertThat(toy.encode(text, true)).isNotEmpty();
    }

    @Property(tries = 300)
    void everyMaskIsFound(@ForAll("texts") String before, @ForAll("texts") String after) {
        int mask = toy.specialTokens().mask();
        assertThat(toy.encode(before + "[MASK]" + after, false)).contains(mask);
    }

    @Property(tries = 500)
    void decodingEqualsTheLibraryForAnyIds(@ForAll("rows") int[][] rows, @ForAll boolean skipSpecialTokens) {
        assertThat(toy.decodeAll(rows, skipSpecialTokens)).isEqualTo(toy.decodeNatively(rows, skipSpecialTokens));
    }

    @Property(tries = 300)
    void skippingSpecialTokensEqualsRemovingThem(@ForAll("texts") String text) {
        int[] without = Arrays.stream(toy.encode(text, false))
                .filter(id -> id != 0 && (id < 6 || id > 9))
                .toArray();
        assertThat(toy.decode(toy.encode(text, true), true)).isEqualTo(toy.decode(without, false));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> token =
                Arbitraries.of("[MASK]", "[SEP]", "[mask]", " ", "'", "n't", ".", "##a", "\u80ba", "1");
        Arbitrary<String> unicode =
                Arbitraries.integers().between(0, Character.MAX_CODE_POINT).map(Character::toString);
        return Arbitraries.oneOf(token, unicode, Arbitraries.strings().ascii().ofMaxLength(6))
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> chars() {
        return Arbitraries.oneOf(Arbitraries.chars().all(), Arbitraries.chars().range('\ud7f0', '\ue010'))
                .list()
                .ofMaxSize(40)
                .map(chars -> {
                    StringBuilder text = new StringBuilder();
                    chars.forEach(text::append);
                    return text.toString();
                });
    }

    @Provide
    Arbitrary<int[][]> rows() {
        Arbitrary<Integer> id = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.integers().between(0, 170)), Tuple.of(1, Arbitraries.integers()));
        return id.array(int[].class).ofMaxSize(20).array(int[][].class).ofMaxSize(4);
    }
}
