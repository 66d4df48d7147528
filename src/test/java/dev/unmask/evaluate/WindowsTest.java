package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.batching.MaskedText;
import dev.unmask.text.SpecialTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Texts in windows, and what can be masked in them. */
class WindowsTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4, "[MASK]");

    private static Windows windows(int longest, int[]... texts) {
        return new Windows(List.of(texts), SPECIAL, longest);
    }

    @Test
    void eachPositionIsMaskedAloneInACopyOfItsText() {
        Windows windows = windows(9, new int[] {7, 8}, new int[] {9});

        assertThat(windows.positions()).isEqualTo(3);
        assertThat(windows.masked(0)).satisfies(masked(1, 2, 4, 8, 3));
        assertThat(windows.masked(1)).satisfies(masked(2, 2, 7, 4, 3));
        assertThat(windows.masked(2)).satisfies(masked(1, 2, 4, 3));
        assertThat(IntStream.range(0, 3).map(windows::truth)).containsExactly(7, 8, 9);
        assertThat(IntStream.range(0, 3).map(windows::length)).containsExactly(4, 4, 3);
    }

    private static Consumer<MaskedText> masked(int at, int... ids) {
        return text -> {
            assertThat(text.ids()).containsExactly(ids);
            assertThat(text.masks()).containsExactly(at);
        };
    }

    @Test
    void specialTokensAreNeverMaskedAlsoWhereTheTextHasThem() {
        Windows windows = windows(9, new int[] {0, 1, 2, 3, 4, 5});

        assertThat(windows.positions()).isEqualTo(1);
        assertThat(windows.truth(0)).isEqualTo(5);
        assertThat(windows.pieces()).isEqualTo(6);
        assertThat(windows.unknown()).isEqualTo(1);
    }

    @Test
    void aTextThatIsTooLongIsSplitAndEveryPieceOfItIsAPositionOnce() {
        Windows windows = windows(4, new int[] {5, 6, 7, 8, 9}, new int[] {5, 6});

        assertThat(windows.split()).isEqualTo(1);
        assertThat(IntStream.range(0, 7).map(windows::truth)).containsExactly(5, 6, 7, 8, 9, 5, 6);
        assertThat(windows.masked(2)).satisfies(masked(1, 2, 4, 8, 3));
        assertThat(windows.masked(4)).satisfies(masked(1, 2, 4, 3));
    }

    @Test
    void frequenciesAreCountedOverAllTexts() {
        Windows windows = windows(9, new int[] {7, 7, 8}, new int[] {7});

        assertThat(IntStream.range(0, 4).map(windows::frequency)).containsExactly(3, 3, 1, 3);
    }

    @Test
    void aTextWithoutPiecesHasNoPosition() {
        assertThat(windows(9, new int[0]).positions()).isZero();
    }

    @Property
    void noWindowIsTooLongAndNoPieceIsLost(
            @ForAll @Size(max = 6) List<@Size(max = 30) List<@IntRange(max = 20) Integer>> texts,
            @ForAll @IntRange(min = 3, max = 12) int longest) {
        List<int[]> ids = texts.stream()
                .map(text -> text.stream().mapToInt(Integer::intValue).toArray())
                .toList();
        Windows windows = new Windows(ids, SPECIAL, longest);

        List<Integer> found = new ArrayList<>();
        for (int position = 0; position < windows.positions(); position++) {
            MaskedText masked = windows.masked(position);
            assertThat(masked.length()).isBetween(3, longest);
            assertThat(masked.ids()[masked.masks()[0]]).isEqualTo(SPECIAL.mask());
            found.add(windows.truth(position));
        }
        assertThat(found)
                .containsExactlyElementsOf(ids.stream()
                        .flatMapToInt(Arrays::stream)
                        .filter(id -> id > 4)
                        .boxed()
                        .toList());
    }
}
