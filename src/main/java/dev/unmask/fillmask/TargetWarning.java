package dev.unmask.fillmask;

import java.util.OptionalInt;

/**
 * A target that is no entry of the vocabulary.
 *
 * @param target its place among the query's targets, from 0
 * @param piece the token that stands for it, its first piece; none where it has no piece at all and is ignored
 */
public record TargetWarning(int target, OptionalInt piece) {}
