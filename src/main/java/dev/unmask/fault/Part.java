package dev.unmask.fault;

/** The part of a query that a {@link Fault} is about. Only {@code http} knows the caller's name for it, and what to do about it. */
public enum Part {
    /** The number of texts. */
    TEXTS,
    /** A text. */
    TEXT,
    /** A text's length in tokens, which truncation would fix. */
    LENGTH,
    /** The number of targets. */
    TARGETS,
    /** A target. */
    TARGET,
    /** The number of predictions. */
    TOP_K,
    /** The size of the whole answer. */
    ANSWER
}
