package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Texts that are far too long are not tokenised to their end, and nobody can tell but by the count. */
class PiecesTest {
    private static final List<String> WORDS = List.of(
            "the",
            "there",
            " ",
            "\u00e9l\u00e8ve",
            "\u4e2d\u6587",
            ".",
            "[MASK]",
            "x".repeat(120),
            "\t",
            "\n\n",
            "[SEP]",
            "\ud83d\ude00",
            "a-b");

    private static Tokenizer tokenizer;

    @BeforeContainer
    static void open() {
        tokenizer = Tokenizer.open(Path.of("src/test/resources/toy-model"));
    }

    @AfterContainer
    static void close() {
        tokenizer.close();
    }

    @Property(tries = 200)
    void theFirstIdsAreThoseOfTheWholeText(@ForAll Random random, @ForAll @IntRange(min = 1, max = 12) int enough) {
        String text = text(random, 2000);
        int[] whole = tokenizer.encode(text, true);

        Pieces pieces = Pieces.of(text, true, tokenizer, enough);

        if (pieces.whole()) {
            assertThat(pieces.ids()).isEqualTo(whole);
            assertThat(pieces.count()).isEqualTo(Integer.toString(whole.length));
        } else {
            assertThat(pieces.ids().length).isGreaterThan(enough).isLessThanOrEqualTo(whole.length);
            assertThat(Arrays.copyOf(pieces.ids(), enough - 1)).isEqualTo(Arrays.copyOf(whole, enough - 1));
            assertThat(pieces.count()).isEqualTo("more than " + (pieces.ids().length - 1));
        }
    }

    @Property(tries = 20)
    void aTextOfAMegabyteIsReadNoFurtherThanNeeded(@ForAll Random random) {
        assertThat(Pieces.of(text(random, 250_000), true, tokenizer, 512).ids()).hasSizeLessThan(70_000);
    }

    private static String text(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextInt(3) == 0 ? "" : " ");
        }
        return text.toString();
    }
}
