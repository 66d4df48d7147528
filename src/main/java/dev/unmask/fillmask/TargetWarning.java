package dev.unmask.fillmask;

import java.util.OptionalInt;

/**
 * A target that is not in the vocabulary.
 *
 * @param target its index among the query's targets, from 0
 * @param piece the token used instead, its first piece; empty if it has no pieces and is ignored
 */
public record TargetWarning(int target, OptionalInt piece) {}
