package dev.unmask.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a model's text is lower-cased: what an operator says over what the model's files say, and a
 * notice where the files are likely wrong. Bio_ClinicalBERT is the known case: it was trained on
 * cased text, but is published without a {@code tokenizer_config.json}, so that the reference takes
 * its default and lower-cases (EmilyAlsentzer/clinicalBERT, issue 26).
 */
public final class LetterCase {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String KEY = "do_lower_case";

    /** Cased English vocabularies have a third of their pieces in capitals, uncased ones none. */
    private static final double LEAST_SHARE_OF_CAPITALS = 0.05;

    private LetterCase() {}

    /**
     * Says in a folder's {@code tokenizer_config.json}, which need not be there, whether text is
     * lower-cased; the file's other keys stay.
     *
     * @throws Fault of kind MODEL_REFUSED when the file is there and isn't JSON
     */
    public static void override(Path folder, boolean lowerCase) throws IOException {
        ObjectNode config = (ObjectNode) JsonFile.objectOrEmpty(folder.resolve(CONFIG));
        config.put(KEY, lowerCase);
        // Made anew, since a copy of a read-only file is read-only.
        Files.deleteIfExists(folder.resolve(CONFIG));
        Files.write(folder.resolve(CONFIG), JsonFile.MAPPER.writeValueAsBytes(config));
    }

    /**
     * Makes sure that a tokenizer does as it was told.
     *
     * @param folder holds the {@code tokenizer.json} that was made
     * @throws Fault of kind CONFIGURATION when the tokenizer isn't BERT's, whose only is told
     */
    public static void require(Path folder, boolean lowerCase) {
        JsonNode root = JsonFile.object(JsonFile.text(folder.resolve(TokenizerFile.NAME)), TokenizerFile.NAME);
        JsonNode normalizer = root.path("normalizer");
        if (!"BertNormalizer".equals(normalizer.path("type").asText())
                || normalizer.path("lowercase").asBoolean() != lowerCase) {
            throw Fault.configuration("Lower-casing can be chosen (--do-lower-case) for BERT's tokenizer only; this"
                    + " model's tokenizer.json decides for itself.");
        }
    }

    /**
     * A sentence for the operator, where text is lower-cased only because no file says otherwise and
     * the vocabulary has plainly been made from cased text.
     *
     * @param published the folder of the checkpoint
     * @param made the folder with the {@code tokenizer.json} that was made of it
     */
    public static Optional<String> notice(Path published, Path made) {
        if (JsonFile.objectOrEmpty(published.resolve(CONFIG)).has(KEY)) {
            return Optional.empty();
        }
        JsonNode root = JsonFile.object(JsonFile.text(made.resolve(TokenizerFile.NAME)), TokenizerFile.NAME);
        if (!root.at("/normalizer/lowercase").asBoolean()) {
            return Optional.empty();
        }
        Set<String> pieces = TokenizerFile.vocabulary(root).keySet();
        long cased = pieces.stream().filter(LetterCase::hasCapitals).count();
        if (cased < LEAST_SHARE_OF_CAPITALS * pieces.size()) {
            return Optional.empty();
        }
        return Optional.of(("No %s says %s, so text is lower-cased, as the reference does by default; but %,d of %,d"
                        + " pieces have capital letters, so the model was likely trained on cased text."
                        + " To serve it so, import it with --do-lower-case false.")
                .formatted(CONFIG, KEY, cased, pieces.size()));
    }

    /** Not counting [CLS], [unused1] and their like, which every vocabulary has. */
    private static boolean hasCapitals(String piece) {
        return !piece.startsWith("[") && piece.chars().anyMatch(Character::isUpperCase);
    }
}
