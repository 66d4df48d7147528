package dev.unmask.embedding;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.text.Pieces;
import dev.unmask.text.Tokenizer;
import java.util.ArrayList;
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

    /**
     * @param tokenizer the model's tokenizer; not closed here
     * @param scheduler what runs the model and gives a row, the embedding, for each text without masks; not closed here
     * @param limits what a request may ask for
     */
    public Embedder(Tokenizer tokenizer, Scheduler scheduler, EmbeddingLimits limits) {
        this.tokenizer = tokenizer;
        this.scheduler = scheduler;
        this.limits = limits;
    }

    /**
     * Embeds texts. Tokenises and checks on the caller's thread.
     *
     * @param query what is asked
     * @return an embedding of Euclidean length 1 for each text, in their order; completes on the scheduler's thread, or
     *     with a {@link Fault} of the kinds that {@link Scheduler#submit} names
     * @throws Fault of kind BAD_REQUEST when there are too many texts or one is too long, OVERLOADED or NOT_READY as the
     *     scheduler says
     */
    public CompletableFuture<List<float[]>> embed(EmbeddingQuery query) {
        Deadline deadline = Deadline.in(limits.timeout());
        List<MaskedText> encoded = encode(query, deadline);
        if (encoded.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        float[][] embeddings = new float[encoded.size()][];
        return scheduler
                .submit(encoded, deadline, (text, mask, row) -> embeddings[text] = checked(row.clone()))
                .thenApply(done -> List.of(embeddings));
    }

    private List<MaskedText> encode(EmbeddingQuery query, Deadline deadline) {
        List<String> texts = query.texts();
        if (texts.size() > limits.inputs()) {
            throw Fault.badRequest("inputs has %d texts; at most %d are allowed in a request."
                    .formatted(texts.size(), limits.inputs()));
        }
        int enough = Math.max(limits.tokens(), query.maxLength().orElse(0));
        List<MaskedText> encoded = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            deadline.check();
            String where = texts.size() == 1 ? "" : " inputs[%d]".formatted(i);
            Pieces pieces = Pieces.of(texts.get(i), true, tokenizer, enough);
            int[] ids = pieces.truncated(query.maxLength(), query.cut(), where);
            if (ids.length > limits.tokens()) {
                throw pieces.tooLong(limits.tokens(), where, tokenizer);
            }
            encoded.add(MaskedText.unmasked(ids));
        }
        return encoded;
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
