package dev.unmask.evaluate;

import dev.unmask.batching.BatchLimits;
import dev.unmask.batching.Dispatcher;
import dev.unmask.batching.Scheduler;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import dev.unmask.progress.Progress;
import dev.unmask.progress.Progress.Unit;
import dev.unmask.store.StoredModel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Measures models on texts, with one model in memory at a time, or two when they are compared. Everything that can be
 * refused is refused before the first model runs.
 *
 * @param sample how many positions of each model are measured; absent means every one
 * @param seed the random seed of samples; models that tokenize the texts alike are measured at the same positions
 * @param device where models run
 * @param threads intra-op threads, at least 1
 * @param batchTokens tokens of a batch, texts times the longest of them
 */
public record Evaluator(OptionalInt sample, long seed, Device device, int threads, int batchTokens) {
    /** As in serving: with 30,522 pieces, 256 rows of logits are 31 MB. */
    private static final int BATCH_MASKS = 256;

    /**
     * Measures models.
     *
     * @param texts what to measure them on
     * @param models the models by the names that the user gave them, in order; not closed here
     * @param against which of them all others are compared with
     * @param progress receives the progress
     * @throws Fault of kind CONFIGURATION when the texts or the pair are unsuitable, MODEL_REFUSED when a model fails,
     *     DEVICE_UNAVAILABLE when the device is unavailable
     */
    public Report measure(Texts texts, Map<String, StoredModel> models, Optional<String> against, Progress progress) {
        List<Candidate> candidates = models.entrySet().stream()
                .map(model -> Candidate.of(model.getKey(), model.getValue(), texts, sample, seed))
                .toList();
        Optional<Candidate> reference = against.map(name -> named(candidates, name));
        List<Candidate> others = candidates.stream()
                .filter(candidate -> reference.isEmpty() || candidate != reference.get())
                .toList();
        reference.ifPresent(judge -> others.forEach(other -> other.checkComparable(judge)));

        Map<Candidate, Predictions> found = new IdentityHashMap<>();
        List<Agreement> agreements = new ArrayList<>();
        for (Candidate other : others) {
            if (reference.isEmpty()) {
                found.put(other, predict(other, progress));
            } else {
                Candidate judge = reference.get();
                Comparison comparison = compare(other, judge, progress);
                found.put(other, comparison.first());
                found.put(judge, comparison.second());
                agreements.add(comparison.agreement(other.model(), judge.model()));
            }
        }
        return new Report(
                texts.lines().size(),
                texts.words(),
                sample.isPresent() ? sample.getAsInt() : null,
                seed,
                candidates.stream()
                        .map(candidate -> evaluation(candidate, texts, found.get(candidate)))
                        .toList(),
                agreements,
                candidates.stream()
                        .flatMap(candidate -> notices(candidate).stream())
                        .toList(),
                Report.CAVEATS);
    }

    private static Candidate named(List<Candidate> candidates, String name) {
        return candidates.stream()
                .filter(candidate -> candidate.model().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Predictions predict(Candidate candidate, Progress progress) {
        progress.begin("Measuring " + candidate.model(), candidate.positions().length, Unit.POSITIONS);
        try (Running model = new Running(candidate)) {
            return Predictions.of(candidate.copies(), model.scheduler, progress::advance);
        } finally {
            progress.end();
        }
    }

    private Comparison compare(Candidate candidate, Candidate judge, Progress progress) {
        progress.begin(
                "Measuring %s and %s".formatted(candidate.model(), judge.model()),
                candidate.positions().length,
                Unit.POSITIONS);
        try (Running model = new Running(candidate);
                Running against = new Running(judge)) {
            return Comparison.of(candidate.copies(), model.scheduler, against.scheduler, progress::advance);
        } finally {
            progress.end();
        }
    }

    /** A model in memory. */
    private final class Running implements AutoCloseable {
        private final Engine engine;
        private final Scheduler scheduler;

        Running(Candidate candidate) {
            engine = candidate.stored().engine(device, threads);
            scheduler = new Dispatcher(
                    (ids, masks, choices) -> engine.run(ids, masks),
                    new BatchLimits(batchTokens, BATCH_MASKS, Integer.MAX_VALUE, engine.mixesLengths()));
        }

        @Override
        public void close() {
            scheduler.close();
            engine.close();
        }
    }

    private static Evaluation evaluation(Candidate candidate, Texts texts, Predictions predictions) {
        return Evaluation.of(
                candidate.model(),
                candidate.stored().manifest(),
                candidate.vocabulary().size(),
                texts,
                candidate.windows(),
                candidate.positions(),
                predictions);
    }

    private static List<String> notices(Candidate candidate) {
        List<String> notices = new ArrayList<>(candidate.stored().manifest().warnings());
        long split = candidate.windows().split();
        if (split > 0) {
            notices.add(
                    "%,d %s longer than the %,d tokens that the model \"%s\" takes and split; pieces at a split see only one side of it."
                            .formatted(
                                    split,
                                    split == 1 ? "text was" : "texts were",
                                    candidate.longest(),
                                    candidate.model()));
        }
        return notices;
    }
}
