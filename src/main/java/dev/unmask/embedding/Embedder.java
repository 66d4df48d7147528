package dev.unmask.embedding;

import dev.unmask.batching.Account;
import dev.unmask.batching.Deadline;
import dev.unmask.batching.Lanes;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.RowReader;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.text.Pieces;
import dev.unmask.text.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Computes L2-normalized embeddings of texts. A text is tokenized as it is, with special tokens, as in the example of
 * BiomedVLP-CXR-BERT-specialized's model card: nothing is stripped, and a mask is a token like any other.
 */
public final class Embedder {
    private final Tokenizer tokenizer;
    private final Scheduler scheduler;
    private final EmbeddingLimits limits;
    private final Lanes lanes;
    private final int size;

    /**
     * @param size how many numbers an embedding has
     * @param tokenizer the model's tokenizer; not closed here
     * @param scheduler runs the model and returns one row, the embedding, for each text without masks; not closed here
     * @param limits what a request may ask for
     * @param lanes where texts are tokenized; not closed here
     */
    public Embedder(int size, Tokenizer tokenizer, Scheduler scheduler, EmbeddingLimits limits, Lanes lanes) {
        this.size = size;
        this.tokenizer = tokenizer;
        this.scheduler = scheduler;
        this.limits = limits;
        this.lanes = lanes;
    }

    /**
     * Embeds texts.
     *
     * @param query the request
     * @param arrived when it arrived, on the clock of {@link System#nanoTime}; the timeout counts from then
     * @param account receives what the request costs, and may refuse the memory for its answer
     * @return an embedding of Euclidean length 1 for each text, in order; cancelling it stops the work. Fails with a
     *     {@link Fault} of kind BAD_REQUEST
     *     when there are too many texts or one is too long, or of the kinds that {@link Scheduler#submit} names
     */
    public CompletableFuture<List<float[]>> embed(EmbeddingQuery query, long arrived, Account account) {
        Deadline deadline = Deadline.after(arrived, limits.timeout());
        CompletableFuture<List<float[]>> answer = begun().thenCompose(begun -> encode(query, deadline))
                .thenCompose(encoded -> {
                    account.texts(
                            encoded.size(),
                            encoded.stream().mapToLong(MaskedText::length).sum());
                    if (encoded.isEmpty()) {
                        return CompletableFuture.completedFuture(List.of());
                    }
                    account.memory((long) encoded.size() * size * Float.BYTES);
                    float[][] embeddings = new float[encoded.size()][];
                    return scheduler
                            .submit(
                                    encoded,
                                    deadline,
                                    (text, mask, row, all) -> embeddings[text] = checked(RowReader.copy(row)))
                            .thenApply(done -> List.of(embeddings));
                });
        answer.whenComplete((answered, failure) -> deadline.abandon());
        return answer;
    }

    /** So that an immediate refusal also fails the future instead of throwing. */
    private static CompletableFuture<Void> begun() {
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<List<MaskedText>> encode(EmbeddingQuery query, Deadline deadline) {
        // Before texts are tokenized, which an overloaded service has no time for.
        scheduler.expect(
                query.texts(), Math.min(limits.tokens(), query.maxLength().orElse(limits.tokens())), deadline);
        return lanes.eachText(query.texts(), limits.inputs(), deadline, text -> encode(text, query));
    }

    private MaskedText encode(String text, EmbeddingQuery query) {
        Pieces.checkLength(text, limits.characters());
        int enough = Math.max(limits.tokens(), query.maxLength().orElse(0));
        Pieces pieces = Pieces.of(text, true, tokenizer, enough);
        int[] ids = pieces.truncated(query.maxLength(), query.cut());
        if (ids.length > limits.tokens()) {
            throw pieces.tooLong(limits.tokens(), tokenizer);
        }
        return MaskedText.unmasked(ids);
    }

    private static float[] checked(float[] embedding) {
        for (float value : embedding) {
            if (!Float.isFinite(value)) {
                throw new IllegalStateException("the model returned an embedding that is not finite");
            }
        }
        return embedding;
    }
}
