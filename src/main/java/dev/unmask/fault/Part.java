package dev.unmask.fault;

/** What of a question a {@link Fault} is about. What a caller calls it, and what to do about it, only {@code http} knows. */
public enum Part {
    /** How many texts there are. */
    TEXTS,
    /** A text. */
    TEXT,
    /** A text's length in tokens, which truncation would mend. */
    LENGTH,
    /** How many targets there are. */
    TARGETS,
    /** A target. */
    TARGET,
    /** How many predictions are asked for. */
    TOP_K,
    /** The size of the whole answer. */
    ANSWER
}
