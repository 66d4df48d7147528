package dev.unmask.fillmask;

import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens of a query's targets.
 *
 * @param ids distinct ids, ascending
 * @param warnings about targets that are not one token
 */
record Targets(int[] ids, List<TargetWarning> warnings) {

    /**
     * The token of one target.
     *
     * @param id its token; empty if it has no pieces
     * @param warning a warning if it is not a single token of the vocabulary
     */
    record Found(OptionalInt id, Optional<TargetWarning> warning) {}

    /**
     * Looks a target up, exactly and case-sensitively; one that is not in the vocabulary is replaced by its first piece
     * (transformers, {@code FillMaskPipeline.get_target_ids}).
     *
     * @param index its index among the query's targets, for the warning
     */
    static Found find(int index, String target, Tokenizer tokenizer) {
        OptionalInt id = tokenizer.id(target);
        if (id.isPresent()) {
            return new Found(id, Optional.empty());
        }
        int[] pieces = tokenizer.encode(target, false);
        OptionalInt first = pieces.length == 0 ? OptionalInt.empty() : OptionalInt.of(pieces[0]);
        return new Found(first, Optional.of(new TargetWarning(index, first)));
    }

    /**
     * Combines the tokens of all targets.
     *
     * @throws Fault of kind BAD_REQUEST when none of them has a token
     */
    static Targets of(List<Found> found) {
        int[] ids = found.stream()
                .map(Found::id)
                .flatMapToInt(OptionalInt::stream)
                .sorted()
                .distinct()
                .toArray();
        if (ids.length == 0) {
            throw Fault.badRequest("At least one target must be provided when passed.");
        }
        return new Targets(
                ids,
                found.stream().map(Found::warning).flatMap(Optional::stream).toList());
    }
}
