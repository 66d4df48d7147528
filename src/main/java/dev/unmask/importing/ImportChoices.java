package dev.unmask.importing;

import dev.unmask.graph.Precision;
import java.util.Optional;

/**
 * The user's choices for an import.
 *
 * @param precision the graph's precision
 * @param lowerCase whether text is lower-cased, whatever the checkpoint's files say; absent means that the files decide
 */
public record ImportChoices(Precision precision, Optional<Boolean> lowerCase) {

    /** This precision, and otherwise what the checkpoint's files say. */
    public static ImportChoices at(Precision precision) {
        return new ImportChoices(precision, Optional.empty());
    }
}
