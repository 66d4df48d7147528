package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How the tokens of a batch are laid out for attention. */
class BatchBuffersPropertiesTest {
    private final BatchBuffers buffers = new BatchBuffers();

    @Property(tries = 300)
    void everyTokenHasACellInTheRowOfItsText(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 20) int texts, @ForAll boolean twoViews) {
        // The buffers are filled twice, since the second batch finds what the first has left.
        for (int round = 0; round < 2; round++) {
            int[][] ids = IntStream.range(0, texts)
                    .mapToObj(text -> random.ints(1 + random.nextInt(1 + random.nextInt(200)), 0, 1000)
                            .toArray())
                    .toArray(int[][]::new);
            int[][] masks = Arrays.stream(ids)
                    .map(text -> random.ints(random.nextInt(3), 0, text.length).toArray())
                    .toArray(int[][]::new);

            buffers.fill(ids, masks, twoViews);

            int inFirst = buffers.view().lengths().limit();
            assertThat(inFirst + buffers.longView().lengths().limit()).isEqualTo(texts);
            if (!twoViews) {
                assertThat(inFirst).isEqualTo(texts);
            }
            int[] view = ints(buffers.view().tokens());
            int[] cells = IntStream.concat(
                            Arrays.stream(view),
                            Arrays.stream(ints(buffers.longView().tokens())))
                    .toArray();
            assertThat(buffers.offsets().limit()).isEqualTo(cells.length);
            assertThat(ints(buffers.offsets())).doesNotHaveDuplicates();
            int token = 0;
            int mask = 0;
            int row = 0;
            int longRow = 0;
            for (int text = 0; text < texts; text++) {
                int first = token;
                assertThat(buffers.starts().get(text)).isEqualTo(first);
                int cell = buffers.cells().get(first);
                boolean inLong = cell >= view.length;
                PaddedView own = inLong ? buffers.longView() : buffers.view();
                assertThat(own.lengths().get(inLong ? longRow++ : row++)).isEqualTo(ids[text].length);
                for (int column = 0; column < own.width(); column++) {
                    boolean past = column >= ids[text].length;
                    assertThat(cells[cell + column]).isEqualTo(past ? first : token);
                    if (!past) {
                        assertThat(buffers.ids().get(token)).isEqualTo(ids[text][column]);
                        assertThat(buffers.positions().get(token)).isEqualTo(column);
                        assertThat(buffers.cells().get(token++)).isEqualTo(cell + column);
                    }
                }
                for (int position : masks[text]) {
                    assertThat(buffers.masks().get(mask++)).isEqualTo(first + position);
                }
            }
            assertThat(buffers.cells().limit()).isEqualTo(token);
            assertThat(buffers.starts().get(texts)).isEqualTo(token);
        }
    }

    @Example
    void fewLongTextsHaveAViewOfTheirOwn() {
        fill(12, 300, 15, 250, 9, 14);

        assertThat(ints(buffers.view().lengths())).containsExactly(12, 15, 9, 14);
        assertThat(buffers.view().width()).isEqualTo(15);
        assertThat(ints(buffers.longView().lengths())).containsExactly(300, 250);
        assertThat(buffers.longView().width()).isEqualTo(300);
    }

    @Example
    void textsOfSimilarLengthsShareOneView() {
        fill(30, 33, 31, 29);

        assertThat(buffers.view().width()).isEqualTo(33);
        assertThat(buffers.longView().lengths().limit()).isZero();
        assertThat(buffers.longView().tokens().limit()).isZero();
    }

    @Example
    void shortTextsAreNotWorthASecondView() {
        fill(2, 9, 3);

        assertThat(buffers.longView().lengths().limit()).isZero();
    }

    private void fill(int... lengths) {
        int[][] ids = Arrays.stream(lengths).mapToObj(int[]::new).toArray(int[][]::new);
        buffers.fill(ids, new int[lengths.length][0], true);
    }

    private static int[] ints(IntBuffer buffer) {
        int[] values = new int[buffer.limit()];
        buffer.get(0, values);
        return values;
    }
}
