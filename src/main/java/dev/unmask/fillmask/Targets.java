package dev.unmask.fillmask;

import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens that a query's targets stand for.
 *
 * @param ids distinct ids, ascending
 * @param warnings of the targets that are not one token
 */
record Targets(int[] ids, List<TargetWarning> warnings) {

    /**
     * What one target stands for.
     *
     * @param id its token; none where it has no piece at all
     * @param warning where it is not one token of the vocabulary
     */
    record Found(OptionalInt id, Optional<TargetWarning> warning) {}

    /**
     * Looks a target up, exactly and case-sensitively; one that is no entry of the vocabulary stands for its first piece
     * (transformers, {@code FillMaskPipeline.get_target_ids}).
     *
     * @param index its place among the query's targets, for the warning
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
     * Puts together what the targets stand for.
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
