package dev.unmask.fillmask;

import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The tokens that a query's targets stand for.
 *
 * @param ids distinct ids, ascending
 * @param warnings a sentence for each target that is not one token, without its text
 */
record Targets(int[] ids, List<String> warnings) {

    /**
     * Looks each target up, exactly and case-sensitively; one that is no entry of the vocabulary stands for its first
     * piece, one without any piece is left out (transformers, {@code FillMaskPipeline.get_target_ids}).
     *
     * @throws Fault of kind BAD_REQUEST when nothing is left
     */
    static Targets resolve(List<String> targets, Tokenizer tokenizer) {
        TreeSet<Integer> ids = new TreeSet<>();
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            OptionalInt id = tokenizer.id(targets.get(i));
            if (id.isPresent()) {
                ids.add(id.getAsInt());
                continue;
            }
            int[] pieces = tokenizer.encode(targets.get(i), false);
            if (pieces.length == 0) {
                warnings.add("targets[%d] has no token of the vocabulary and was ignored".formatted(i));
            } else {
                ids.add(pieces[0]);
                warnings.add("targets[%d] is not in the vocabulary; its first piece, token %d, was used instead"
                        .formatted(i, pieces[0]));
            }
        }
        if (ids.isEmpty()) {
            throw Fault.badRequest("At least one target must be provided when passed.");
        }
        return new Targets(ids.stream().mapToInt(Integer::intValue).toArray(), warnings);
    }
}
