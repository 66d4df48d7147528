package dev.unmask.evaluate;

import dev.unmask.fault.Fault;
import dev.unmask.store.StoredModel;
import dev.unmask.text.Tokenizer;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model to measure, with the texts as it sees them.
 *
 * @param model the model as the user named it
 * @param stored its store entry
 * @param vocabulary its tokens' ids
 * @param windows the texts
 * @param longest the most tokens of a window
 * @param positions the positions to measure
 */
record Candidate(
        String model,
        StoredModel stored,
        Map<String, Integer> vocabulary,
        Windows windows,
        int longest,
        int[] positions) {
    private static final int SHORTEST_WINDOW = 3;

    static Candidate of(String model, StoredModel stored, Texts texts, OptionalInt sample, long seed) {
        try (Tokenizer tokenizer = Tokenizer.open(stored.folder())) {
            int most = stored.manifest().shape().positions();
            int longest = Math.min(most, tokenizer.settings().modelMaxLength().orElse(most));
            if (longest < SHORTEST_WINDOW) {
                throw Fault.modelRefused("The model \"%s\" takes texts of up to %d tokens; masking needs at least %d."
                        .formatted(model, longest, SHORTEST_WINDOW));
            }
            Windows windows = Windows.of(texts, tokenizer, longest);
            if (windows.positions() == 0) {
                throw Fault.configuration(
                        "The texts have no piece that could be masked for the model \"%s\": all are unknown or special tokens."
                                .formatted(model));
            }
            int size = sample.orElse(windows.positions());
            return new Candidate(
                    model,
                    stored,
                    tokenizer.vocabulary(),
                    windows,
                    longest,
                    Sample.of(windows.positions(), size, seed));
        }
    }

    /** What to measure. */
    MaskedCopies copies() {
        return new MaskedCopies(windows, positions);
    }

    /**
     * Refuses a pair whose predictions can't be compared, before anything runs.
     *
     * @throws Fault of kind CONFIGURATION
     */
    void checkComparable(Candidate other) {
        if (!vocabulary.equals(other.vocabulary) || rows() != other.rows()) {
            throw Fault.configuration(
                    ("The models \"%s\" (%,d tokens, %,d embedding rows) and \"%s\" (%,d tokens, %,d embedding rows) have different"
                                    + " vocabularies, so their predictions can't be compared one by one; omit --against,"
                                    + " and name both with --model.")
                            .formatted(
                                    model,
                                    vocabulary.size(),
                                    rows(),
                                    other.model,
                                    other.vocabulary.size(),
                                    other.rows()));
        }
        if (!windows.sameAs(other.windows)) {
            throw Fault.configuration(
                    ("The models \"%s\" and \"%s\" have the same vocabulary, but tokenize these texts differently (lower-casing, accents or"
                                    + " the longest text), so their predictions can't be compared one by one; omit --against.")
                            .formatted(model, other.model));
        }
    }

    private int rows() {
        return stored.manifest().shape().vocabulary();
    }
}
