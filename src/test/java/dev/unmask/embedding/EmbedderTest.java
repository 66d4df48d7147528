package dev.unmask.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.Lanes;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checking and tokenising, and putting rows in the texts' order. */
class EmbedderTest {
    private static final EmbeddingLimits LIMITS = new EmbeddingLimits(3, 768, 12, Duration.ofSeconds(7));

    private static final Lanes LANES = new Lanes(1);

    private static Tokenizer tokenizer;

    /** Gives each text's row, its token count and {@code second}, last text first, in one array that it uses again. */
    private static final class Reversing implements Scheduler {
        private final List<MaskedText> submitted = new ArrayList<>();
        private final float second;
        private Duration timeout;

        Reversing(float second) {
            this.second = second;
        }

        @Override
        public CompletableFuture<Void> submit(List<MaskedText> texts, Deadline deadline, RowReader reader) {
            submitted.addAll(texts);
            timeout = deadline.timeout();
            return CompletableFuture.runAsync(() -> {
                float[] row = new float[2];
                for (int text = texts.size() - 1; text >= 0; text--) {
                    row[0] = texts.get(text).length();
                    row[1] = second;
                    reader.read(text, 0, FloatBuffer.wrap(row), null);
                }
            });
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public void close() {}
    }

    private final Reversing scheduler = new Reversing(0.5f);
    private final Embedder embedder = new Embedder(2, tokenizer, scheduler, LIMITS, LANES);

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Path.of("src/test/resources/toy-model"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void eachTextHasItsOwnRowInTheOrderOfTheTexts() throws Exception {
        List<float[]> embeddings = embed(embedder, List.of("there is no effusion .", "", "the [MASK]"))
                .get();

        assertThat(embeddings).hasSize(3);
        assertThat(embeddings.get(0)).containsExactly(7, 0.5f);
        assertThat(embeddings.get(1)).containsExactly(2, 0.5f);
        assertThat(embeddings.get(2)).containsExactly(4, 0.5f);
    }

    @Test
    void textsAreTokenisedAsTheyStandAndHaveNoMasks() throws Exception {
        embed(embedder, List.of("there is no [MASK] .")).get();

        assertThat(scheduler.submitted).singleElement().satisfies(text -> {
            assertThat(text.ids()).containsExactly(tokenizer.encode("there is no [MASK] .", true));
            assertThat(text.masks()).isEmpty();
        });
        assertThat(scheduler.timeout).isEqualTo(LIMITS.timeout());
    }

    @Test
    void noTextsHaveNoEmbeddingsAndRunNothing() throws Exception {
        assertThat(embed(embedder, List.of()).get()).isEmpty();
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void moreTextsThanAllowedAreRefused() {
        assertThatThrownBy(() -> embed(embedder, List.of("", "", "", "")).join())
                .cause()
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST))
                .message()
                .contains("4", "3");
    }

    @Test
    void aTextMayFillTheLimitAndOneTokenMoreIsRefusedWithTheCount() throws Exception {
        String fits = "the ".repeat(10);
        assertThat(embed(embedder, List.of(fits)).get().get(0)[0]).isEqualTo(12);

        assertThatThrownBy(() -> embed(embedder, List.of(fits + "the")).join())
                .cause()
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The text has 13 tokens; at most 12 are allowed, [CLS] and [SEP] included.");
        assertThatThrownBy(() -> embed(embedder, List.of("the", fits + "the")).join())
                .cause()
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The text has 13 tokens; at most 12 are allowed");
    }

    @Test
    void aTextOfTooManyCharactersIsRefused() {
        assertThatThrownBy(
                        () -> embed(embedder, List.of("the ".repeat(1_000_000))).join())
                .cause()
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The text has 4000000 characters; at most 768 are allowed.");
    }

    @Test
    void aModelWithBrokenNumbersFailsTheAnswer() {
        CompletableFuture<List<float[]>> answer =
                embed(new Embedder(2, tokenizer, new Reversing(Float.NaN), LIMITS, LANES), List.of("the"));

        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContaining("not finite");
    }

    @Test
    void nothingIsTokenisedAfterTheDeadline() {
        Embedder late =
                new Embedder(2, tokenizer, scheduler, new EmbeddingLimits(3, 768, 12, Duration.ofNanos(1)), LANES);

        assertThatThrownBy(() -> embed(late, List.of("the", "the")).join())
                .cause()
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.TOO_LATE));
        assertThat(scheduler.submitted).isEmpty();
    }

    @Test
    void aTextIsCutToTheLengthThatIsAskedForAndKeepsItsSpecialTokens() throws Exception {
        embed(embedder, new EmbeddingQuery(List.of("the ".repeat(50), "the"), OptionalInt.of(5), true))
                .get();

        int[] whole = tokenizer.encode("the the the", true);
        assertThat(scheduler.submitted.get(0).ids()).containsExactly(whole);
        assertThat(scheduler.submitted.get(1).ids()).containsExactly(tokenizer.encode("the", true));
    }

    @Test
    void aLengthWithoutCuttingRefusesLongerTexts() {
        assertThatThrownBy(() -> embed(embedder, new EmbeddingQuery(List.of("the the the"), OptionalInt.of(4), false))
                        .join())
                .cause()
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The text has 5 tokens, more than the 4 ");
    }

    private static CompletableFuture<List<float[]>> embed(Embedder embedder, EmbeddingQuery query) {
        return embedder.embed(query, System.nanoTime(), size -> {});
    }

    private static CompletableFuture<List<float[]>> embed(Embedder embedder, List<String> texts) {
        return embed(embedder, EmbeddingQuery.of(texts));
    }
}
