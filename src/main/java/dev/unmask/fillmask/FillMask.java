package dev.unmask.fillmask;

import dev.unmask.batching.Account;
import dev.unmask.batching.Deadline;
import dev.unmask.batching.Lanes;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.Scheduler;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import dev.unmask.text.Tokenizer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The pipeline from texts to token ids, through the scheduler to scores, to ranked predictions. Its semantics are those of
 * transformers' {@code FillMaskPipeline}, with ties broken by ascending id.
 */
public final class FillMask {
    /** Approximate average bytes of a prediction in JSON without its sequence, and of a token of a sequence. */
    private static final long PREDICTION_BYTES = 80;

    private static final long TOKEN_BYTES = 8;

    /** A prediction's token and score. */
    private static final long RANKED_BYTES = 8;

    /** The most memory that an answer needs for the part of it that is being decoded. */
    private static final long WORDS_BYTES = 256 * 1024;

    private final Tokenizer tokenizer;
    private final Scheduler scheduler;
    private final int vocabulary;
    private final QueryLimits limits;
    private final Lanes lanes;

    /**
     * @param tokenizer the model's tokenizer; not closed here
     * @param scheduler runs the model and returns a row of scores, the softmax, for each mask; not closed here
     * @param vocabulary how many scores the model has for a mask, at least the tokenizer's entries
     * @param limits what a query may ask for
     * @param lanes where texts are tokenized; not closed here
     */
    public FillMask(Tokenizer tokenizer, Scheduler scheduler, int vocabulary, QueryLimits limits, Lanes lanes) {
        this.tokenizer = tokenizer;
        this.scheduler = scheduler;
        this.vocabulary = vocabulary;
        this.limits = limits;
        this.lanes = lanes;
    }

    /**
     * Answers a query.
     *
     * @param query the query
     * @param arrived when it arrived, on the clock of {@link System#nanoTime}; the timeout counts from then
     * @param account receives what the request costs, and may refuse the memory for its answer
     * @return the answer; cancelling it stops the work. Fails with a {@link Fault} of kind BAD_REQUEST when a parameter or
     *     a text is invalid, or of the kinds that {@link Scheduler#submit} names
     */
    public CompletableFuture<Answer> answer(Query query, long arrived, Account account) {
        Deadline deadline = Deadline.after(arrived, limits.timeout());
        CompletableFuture<Answer> answer = begun().thenCompose(begun -> resolve(query.targets(), deadline))
                .thenCompose(targets -> {
                    int topK = topK(query, targets);
                    if (topK > 0) {
                        // Before texts are tokenized, which an overloaded service has no time for.
                        scheduler.expect(query.texts(), longest(query.encoding()), deadline);
                    }
                    return encode(query, deadline).thenCompose(texts -> {
                        learn(query, texts);
                        return answer(texts, topK, targets, deadline, account);
                    });
                });
        answer.whenComplete((answered, failure) -> deadline.abandon());
        return answer;
    }

    /** So that an immediate refusal also fails the future instead of throwing. */
    private static CompletableFuture<Void> begun() {
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Optional<Targets>> resolve(Optional<List<String>> targets, Deadline deadline) {
        if (targets.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        List<String> words = targets.get();
        checkTargets(words);
        return lanes.each(words.size(), word -> words.get(word).length(), word -> {
                    deadline.check();
                    return Targets.find(word, words.get(word), tokenizer);
                })
                .thenApply(found -> Optional.of(Targets.of(found)));
    }

    private void checkTargets(List<String> words) {
        if (words.size() > limits.targets()) {
            throw Fault.badRequest(
                    Part.TARGETS,
                    "There are %d targets; at most %d are allowed.".formatted(words.size(), limits.targets()));
        }
        for (int word = 0; word < words.size(); word++) {
            int characters = words.get(word).length();
            if (characters > limits.targetCharacters()) {
                throw Fault.badRequest(
                                Part.TARGET,
                                "The target has %d characters; at most %d are allowed."
                                        .formatted(characters, limits.targetCharacters()))
                        .of(word);
            }
        }
    }

    private CompletableFuture<Answer> answer(
            List<EncodedText> texts, int topK, Optional<Targets> targets, Deadline deadline, Account account) {
        account.texts(
                texts.size(),
                texts.stream().mapToLong(text -> text.tokens().length()).sum());
        List<TargetWarning> warnings = targets.map(Targets::warnings).orElse(List.of());
        checkAnswerSize(texts, topK, account);
        Ranking[][] rankings = texts.stream()
                .map(text -> new Ranking[text.tokens().masks().length])
                .toArray(Ranking[][]::new);
        CompletableFuture<Void> ranked;
        if (texts.isEmpty() || topK == 0) {
            Arrays.stream(rankings).forEach(masks -> Arrays.fill(masks, Ranking.NONE));
            ranked = CompletableFuture.completedFuture(null);
        } else {
            ranked = scheduler.submit(
                    texts.stream()
                            .map(text -> targets.map(chosen -> text.tokens().among(chosen.ids()))
                                    .orElseGet(() -> text.tokens().best(topK)))
                            .toList(),
                    deadline,
                    (text, mask, scores, tokens) -> rankings[text][mask] = rank(scores, tokens, topK, targets));
        }
        return ranked.thenApply(done -> {
            deadline.check();
            return new Answer(filled(texts, rankings), warnings);
        });
    }

    private int topK(Query query, Optional<Targets> targets) {
        int asked = query.topK().orElse(Query.DEFAULT_TOP_K);
        int most = targets.map(chosen -> chosen.ids().length).orElse(vocabulary);
        // Like the reference, this also refuses the default of 5 for a vocabulary of fewer tokens.
        if (asked < 0 || targets.isEmpty() && asked > most) {
            throw Fault.badRequest(
                    Part.TOP_K,
                    "%d predictions are requested; allowed are 0 to %d, the model's vocabulary."
                            .formatted(asked, vocabulary));
        }
        return Math.min(asked, most);
    }

    private void learn(Query query, List<EncodedText> texts) {
        if (!query.encoding().cut()) {
            scheduler.tokenized(
                    query.texts().stream().mapToLong(String::length).sum(),
                    texts.stream().mapToLong(text -> text.tokens().length()).sum());
        }
    }

    /** The most tokens that a text may have: a longer one is cut, or refused. */
    private int longest(Query.Encoding encoding) {
        return Math.min(limits.tokens(), encoding.maxLength().orElse(limits.tokens()));
    }

    private CompletableFuture<List<EncodedText>> encode(Query query, Deadline deadline) {
        List<String> texts = query.texts();
        return lanes.eachText(
                texts,
                limits.inputs(),
                deadline,
                text -> EncodedText.encode(text, query.encoding(), tokenizer, limits));
    }

    private void checkAnswerSize(List<EncodedText> texts, int topK, Account account) {
        long predictions = 0;
        long size = 0;
        for (EncodedText text : texts) {
            MaskedText tokens = text.tokens();
            predictions += (long) tokens.masks().length * topK;
            size += (long) tokens.masks().length * topK * tokens.length();
        }
        if (size > limits.answerTokens()) {
            throw Fault.badRequest(
                    Part.ANSWER,
                    "The answer would hold %d tokens (masks times predictions times the text's tokens); at most %d are allowed."
                            .formatted(size, limits.answerTokens()));
        }
        account.memory(predictions * RANKED_BYTES
                + Math.min(predictions * PREDICTION_BYTES + size * TOKEN_BYTES, WORDS_BYTES));
    }

    private static Ranking rank(FloatBuffer scores, int[] tokens, int topK, Optional<Targets> targets) {
        return targets.isPresent() && tokens == null
                ? Ranking.ofTargets(scores, topK, targets.get().ids())
                : Ranking.top(scores, topK, tokens);
    }

    private List<List<List<Prediction>>> filled(List<EncodedText> texts, Ranking[][] rankings) {
        return IntStream.range(0, texts.size())
                .mapToObj(text -> filled(texts.get(text), rankings[text]))
                .toList();
    }

    private List<List<Prediction>> filled(EncodedText text, Ranking[] rankings) {
        return IntStream.range(0, rankings.length)
                .<List<Prediction>>mapToObj(mask -> new FilledMask(text, mask, rankings[mask], tokenizer))
                .toList();
    }
}
