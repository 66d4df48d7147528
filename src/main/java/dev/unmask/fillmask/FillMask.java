package dev.unmask.fillmask;

import dev.unmask.batching.Deadline;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * The pipeline: texts to token ids, through the scheduler to logits, to ranked predictions. Its semantics are those of
 * transformers' {@code FillMaskPipeline}, with ties broken by ascending id.
 */
public final class FillMask {
    private final Tokenizer tokenizer;
    private final Scheduler scheduler;
    private final int vocabulary;
    private final QueryLimits limits;

    /**
     * @param tokenizer the model's tokenizer; not closed here
     * @param scheduler what runs the model; not closed here
     * @param vocabulary how many logits the model gives a mask, at least the tokenizer's entries
     * @param limits what a query may ask for
     */
    public FillMask(Tokenizer tokenizer, Scheduler scheduler, int vocabulary, QueryLimits limits) {
        this.tokenizer = tokenizer;
        this.scheduler = scheduler;
        this.vocabulary = vocabulary;
        this.limits = limits;
    }

    /**
     * Answers a query. Tokenises and checks on the caller's thread.
     *
     * @param query what is asked
     * @param executor where predictions are put into words, away from the dispatcher
     * @return the answer, or a {@link Fault} of the kinds that {@link Scheduler#submit} names
     * @throws Fault of kind BAD_REQUEST when a parameter or a text can't be answered, OVERLOADED or NOT_READY as the
     *     scheduler says
     */
    public CompletableFuture<Answer> answer(Query query, Executor executor) {
        Deadline deadline = Deadline.in(limits.timeout());
        Optional<Targets> targets = query.targets().map(words -> Targets.resolve(words, tokenizer));
        int topK = topK(query, targets);
        List<EncodedText> texts = encode(query, deadline);
        List<String> warnings = targets.map(Targets::warnings).orElse(List.of());
        if (texts.isEmpty()) {
            return CompletableFuture.completedFuture(new Answer(List.of(), warnings));
        }
        checkAnswerSize(texts, topK);

        Ranking[][] rankings = texts.stream()
                .map(text -> new Ranking[text.tokens().masks().length])
                .toArray(Ranking[][]::new);
        return scheduler
                .submit(
                        texts.stream().map(EncodedText::tokens).toList(),
                        deadline,
                        (text, mask, logits) -> rankings[text][mask] = rank(logits, topK, targets))
                .thenApplyAsync(ranked -> new Answer(render(texts, rankings, deadline), warnings), executor);
    }

    private int topK(Query query, Optional<Targets> targets) {
        int asked = query.topK().orElse(Query.DEFAULT_TOP_K);
        int most = targets.map(chosen -> chosen.ids().length).orElse(vocabulary);
        // The reference's default of 5 is refused as well by a vocabulary of fewer tokens.
        if (asked < 0 || targets.isEmpty() && asked > most) {
            throw Fault.badRequest("parameters.top_k is %d; allowed are 0 to %d, the model's vocabulary."
                    .formatted(asked, vocabulary));
        }
        return Math.min(asked, most);
    }

    private List<EncodedText> encode(Query query, Deadline deadline) {
        List<String> texts = query.texts();
        if (texts.size() > limits.inputs()) {
            throw Fault.badRequest("inputs has %d texts; at most %d are allowed in a request."
                    .formatted(texts.size(), limits.inputs()));
        }
        List<EncodedText> encoded = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            deadline.check();
            String where = texts.size() == 1 ? "" : " inputs[%d]".formatted(i);
            encoded.add(EncodedText.encode(texts.get(i), query.encoding(), tokenizer, limits.tokens(), where));
        }
        return encoded;
    }

    private void checkAnswerSize(List<EncodedText> texts, int topK) {
        long size = 0;
        for (EncodedText text : texts) {
            MaskedText tokens = text.tokens();
            size += (long) tokens.masks().length * topK * tokens.length();
        }
        if (size > limits.answerTokens()) {
            throw Fault.badRequest(
                    ("The answer would hold %d tokens (masks times top_k times the text's tokens); at most"
                                    + " %d are allowed. Lower parameters.top_k or send fewer texts or masks.")
                            .formatted(size, limits.answerTokens()));
        }
    }

    private static Ranking rank(float[] logits, int topK, Optional<Targets> targets) {
        Ranking.softmax(logits);
        return targets.isPresent() ? Ranking.top(logits, topK, targets.get().ids()) : Ranking.top(logits, topK);
    }

    private List<List<List<Prediction>>> render(List<EncodedText> texts, Ranking[][] rankings, Deadline deadline) {
        return IntStream.range(0, texts.size())
                .mapToObj(text -> render(texts.get(text), rankings[text], deadline))
                .toList();
    }

    private List<List<Prediction>> render(EncodedText text, Ranking[] rankings, Deadline deadline) {
        List<List<Prediction>> masks = new ArrayList<>(rankings.length);
        for (int mask = 0; mask < rankings.length; mask++) {
            deadline.check();
            masks.add(text.fill(mask, rankings[mask], tokenizer));
        }
        return masks;
    }
}
