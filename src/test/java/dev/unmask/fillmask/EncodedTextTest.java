package dev.unmask.fillmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import dev.unmask.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as token ids, cut and checked, and back with a mask filled. */
class EncodedTextTest {
    private static final int CLS = 7;
    private static final int SEP = 8;
    private static final int MASK = 9;
    private static final int THE = 114;
    private static final int THERE = 115;
    private static final int IS = 116;
    private static final int NO = 117;
    private static final int PERIOD = 23;
    private static final Query.Encoding WITHOUT_SPECIALS = new Query.Encoding(false, OptionalInt.empty(), false);

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Path.of("src/test/resources/toy-model"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void aTextIsItsTokensBetweenTheSpecialOnesAndKnowsItsMask() {
        EncodedText text = encode("There is no [MASK].", Query.Encoding.PLAIN);

        assertThat(text.tokens().ids()).containsExactly(CLS, THERE, IS, NO, MASK, PERIOD, SEP);
        assertThat(text.tokens().masks()).containsExactly(4);
    }

    @Test
    void specialTokensCanBeLeftOut() {
        EncodedText text = encode("there is no [MASK]", WITHOUT_SPECIALS);

        assertThat(text.tokens().ids()).containsExactly(THERE, IS, NO, MASK);
        assertThat(text.tokens().masks()).containsExactly(3);
    }

    @Test
    void severalMasksAreFoundFromLeftToRightAlsoInsideWords() {
        assertThat(encode("[MASK][MASK] the[MASK]the", Query.Encoding.PLAIN)
                        .tokens()
                        .masks())
                .containsExactly(1, 2, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "no mask", "[mask]", "<mask>", "[ MASK ]"})
    void aTextWithoutAMaskIsRefusedInTheReferencesWords(String text) {
        assertBadRequest(
                () -> encode(text, Query.Encoding.PLAIN), Part.TEXT, "No mask_token ([MASK]) found on the input");
    }

    @Test
    void cuttingDropsTheEndAndKeepsTheLastSpecialToken() {
        EncodedText text = encode("[MASK] the the the the", cutTo(4, true));

        assertThat(text.tokens().ids()).containsExactly(CLS, MASK, THE, SEP);
    }

    @Test
    void cuttingWithoutSpecialTokensDropsTheEnd() {
        EncodedText text = encode("the [MASK] there the", cutTo(3, false));

        assertThat(text.tokens().ids()).containsExactly(THE, MASK, THERE);
    }

    @Test
    void aTextThatFitsIsNotCut() {
        EncodedText text = encode("the [MASK]", cutTo(4, true));

        assertThat(text.tokens().ids()).containsExactly(CLS, THE, MASK, SEP);
    }

    @Test
    void aMaskThatIsCutOffIsRefusedWithTheReason() {
        assertBadRequest(
                () -> encode("the the the [MASK]", cutTo(4, true)),
                Part.TEXT,
                "No mask_token ([MASK]) found on the input: it was cut off by truncation to 4 tokens");
    }

    @Test
    void aTruncationThatCannotCutASingleTextIsRefused() {
        Query.Encoding onlySecond = new Query.Encoding(true, OptionalInt.of(4), false);

        assertThat(encode("the [MASK]", onlySecond).tokens().length()).isEqualTo(4);
        assertBadRequest(() -> encode("the the [MASK]", onlySecond), Part.LENGTH, "5 tokens", "4");
    }

    @Test
    void aTextOfExactlyTheLimitIsTakenAndOneTokenMoreIsRefused() {
        assertThat(EncodedText.encode("the [MASK]", Query.Encoding.PLAIN, tokenizer, limits(4))
                        .tokens()
                        .length())
                .isEqualTo(4);
        assertBadRequest(
                () -> EncodedText.encode("the the [MASK]", Query.Encoding.PLAIN, tokenizer, limits(4)),
                Part.LENGTH,
                "5 tokens",
                "4",
                "[CLS] and [SEP]");
    }

    @Test
    void aTooLongTextWithoutAMaskIsToldOfTheMaskAsTheReferenceDoes() {
        assertBadRequest(
                () -> EncodedText.encode("the the the", Query.Encoding.PLAIN, tokenizer, limits(4)),
                Part.TEXT,
                "No mask_token ([MASK]) found on the input");
    }

    @Test
    void withOneMaskTheSequenceHasNoSpecialTokens() {
        EncodedText text = encode("There is no [MASK] [UNK] [PAD] .", Query.Encoding.PLAIN);

        assertThat(new FilledMask(
                        text, 0, new Ranking(new int[] {THE, MASK, 0}, new float[] {0.5f, 0.25f, 0.125f}), tokenizer))
                .containsExactly(
                        new Prediction(0.5f, THE, "the", "there is no the."),
                        new Prediction(0.25f, MASK, "[MASK]", "there is no."),
                        new Prediction(0.125f, 0, "[PAD]", "there is no."));
    }

    @Test
    void withSeveralMasksTheSequenceShowsTheOthers() {
        EncodedText text = encode("there [MASK] no [MASK] [PAD]", Query.Encoding.PLAIN);
        Ranking is = new Ranking(new int[] {IS}, new float[] {1});

        assertThat(new FilledMask(text, 0, is, tokenizer))
                .extracting(Prediction::sequence)
                .isEqualTo(List.of("[CLS] there is no [MASK] [SEP]"));
        assertThat(new FilledMask(text, 1, is, tokenizer))
                .extracting(Prediction::sequence)
                .isEqualTo(List.of("[CLS] there [MASK] no is [SEP]"));
    }

    @Test
    void aContinuationGluesToTheWordBefore() {
        EncodedText text = encode("pneumo [MASK] is", Query.Encoding.PLAIN);
        int thorax = tokenizer.id("##thorax").orElseThrow();

        assertThat(new FilledMask(text, 0, new Ranking(new int[] {thorax}, new float[] {1}), tokenizer))
                .containsExactly(new Prediction(1, thorax, "##thorax", "pneumothorax is"));
    }

    /** More than are decoded at once. */
    @Test
    void aWholeVocabularyIsRenderedInOrder() {
        int[] tokens = new int[5000];
        float[] scores = new float[5000];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i % 165;
            scores[i] = i;
        }
        List<Prediction> predictions =
                new FilledMask(encode("[MASK]", Query.Encoding.PLAIN), 0, new Ranking(tokens, scores), tokenizer);

        assertThat(predictions).hasSize(5000);
        for (int i = 0; i < tokens.length; i++) {
            assertThat(predictions.get(i).token()).isEqualTo(i % 165);
            assertThat(predictions.get(i).score()).isEqualTo(i);
            assertThat(predictions.get(i).tokenText()).isEqualTo(tokenizer.decode(new int[] {i % 165}, false));
        }
    }

    private static QueryLimits limits(int tokens) {
        return new QueryLimits(256, 32768, tokens, 512, 4096, 256, 1 << 22, Duration.ofSeconds(5));
    }

    private static Query.Encoding cutTo(int length, boolean specialTokens) {
        return new Query.Encoding(specialTokens, OptionalInt.of(length), true);
    }

    private static EncodedText encode(String text, Query.Encoding encoding) {
        return EncodedText.encode(text, encoding, tokenizer, limits(512));
    }

    private static void assertBadRequest(Runnable action, Part part, String... facts) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST);
                    assertThat(fault.part()).hasValue(part);
                })
                .message()
                .contains(facts);
    }
}
