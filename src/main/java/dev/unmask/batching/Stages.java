package dev.unmask.batching;

/** Receives how long each stage took, in nanoseconds, on the thread that ran it; must be quick. */
public interface Stages {
    /** Ignores everything. */
    Stages UNTOLD = new Stages() {};

    /** A text was tokenized. */
    default void tokenized(long nanoseconds) {}

    /** A text's batch begins, this long after the text was queued. */
    default void waited(long nanoseconds) {}

    /** The model ran a batch. */
    default void ran(int texts, long tokens, long nanoseconds) {}

    /** A row of the model's output was read: ranked, or copied. */
    default void ranked(long nanoseconds) {}
}
