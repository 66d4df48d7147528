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
 * Texts to L2-normalised embeddings. A text is tokenised as it stands, with its special tokens, as in the example of the
 * model card of BiomedVLP-CXR-BERT-specialized: nothing is stripped, and a mask in it is a token like any other.
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
     * @param scheduler what runs the model and gives a row, the embedding, for each text without masks; not closed here
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
     * @param query what is asked
     * @param arrived when it had arrived, on the clock of {@link System#nanoTime}; the time for the answer runs from then
     * @param account is told what the request costs, and may refuse the memory that its answer takes
     * @return an embedding of Euclidean length 1 for each text, in their order; cancelling it ends the work on it. Or a {@link Fault} of kind BAD_REQUEST
     *     when there are too many texts or one is too long, or of the kinds that {@link Scheduler#submit} names
     */
    public CompletableFuture<List<float[]>> embed(EmbeddingQuery query, long arrived, Account account) {
        Deadline deadline = Deadline.after(arrived, limits.timeout());
        CompletableFuture<List<float[]>> answer = encode(query, deadline).thenCompose(encoded -> {
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

    private CompletableFuture<List<MaskedText>> encode(EmbeddingQuery query, Deadline deadline) {
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
                throw new IllegalStateException("the model gave an embedding that is not finite");
            }
        }
        return embedding;
    }
}
