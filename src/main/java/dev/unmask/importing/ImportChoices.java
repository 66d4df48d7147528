package dev.unmask.importing;

import dev.unmask.graph.Precision;
import java.util.Optional;

/**
 * What whoever imports decides.
 *
 * @param precision the graph's precision
 * @param lowerCase whether text is lower-cased, whatever the checkpoint's files say; absent means that they decide
 */
public record ImportChoices(Precision precision, Optional<Boolean> lowerCase) {

    /** This precision, and for the rest what the checkpoint's files say. */
    public static ImportChoices at(Precision precision) {
        return new ImportChoices(precision, Optional.empty());
    }
}
