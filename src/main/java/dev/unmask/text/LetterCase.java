package dev.unmask.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a model's text is lower-cased: the operator's choice, or the model's files with a notice if they are likely
 * wrong. Bio_ClinicalBERT is the known case: it was trained on
 * cased text, but is published without a {@code tokenizer_config.json}, so that the reference takes
 * its default and lower-cases (EmilyAlsentzer/clinicalBERT, issue 26).
 */
final class LetterCase {
    /** The key of {@code tokenizer_config.json}. */
    static final String KEY = "do_lower_case";

    /** Cased English vocabularies have a third of their pieces in capitals, uncased ones none. */
    private static final double LEAST_SHARE_OF_CAPITALS = 0.05;

    private LetterCase() {}

    /**
     * Checks that a tokenizer supports the operator's choice.
     *
     * @throws Fault of kind CONFIGURATION when the tokenizer isn't BERT's, the only one that can be overridden
     */
    static void require(TokenizerDefinition tokenizer, boolean lowerCase) {
        if (!tokenizer.lowerCase().equals(Optional.of(lowerCase))) {
            throw Fault.configuration("Lower-casing can be chosen (--do-lower-case) for BERT's tokenizer only; this"
                    + " model's tokenizer.json decides for itself.");
        }
    }

    /**
     * A notice for the operator, if text is lower-cased only because no file says otherwise although the vocabulary was
     * clearly made from cased text.
     *
     * @param config the checkpoint's {@code tokenizer_config.json}
     */
    static Optional<String> notice(JsonNode config, TokenizerDefinition tokenizer) {
        if (config.has(KEY) || !tokenizer.lowerCase().equals(Optional.of(true))) {
            return Optional.empty();
        }
        Set<String> pieces = tokenizer.vocabulary().keySet();
        long cased = pieces.stream().filter(LetterCase::hasCapitals).count();
        if (cased < LEAST_SHARE_OF_CAPITALS * pieces.size()) {
            return Optional.empty();
        }
        return Optional.of(("No %s says %s, so text is lower-cased, as the reference does by default; but %,d of %,d"
                        + " pieces have capital letters, so the model was likely trained on cased text."
                        + " To serve it that way, import it with --do-lower-case false.")
                .formatted(CheckpointFiles.TOKENIZER_CONFIG, KEY, cased, pieces.size()));
    }

    /** Not counting [CLS], [unused1] and the like, which every vocabulary has. */
    private static boolean hasCapitals(String piece) {
        return !piece.startsWith("[") && piece.chars().anyMatch(Character::isUpperCase);
    }
}
