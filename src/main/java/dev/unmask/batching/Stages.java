package dev.unmask.batching;

/** Is told how long each stage took, in nanoseconds, by the thread that it ran on; has to be quick. */
public interface Stages {
    /** Tells nobody. */
    Stages UNTOLD = new Stages() {};

    /** A text was tokenized. */
    default void tokenized(long nanoseconds) {}

    /** A text's batch begins, so long after the text came into the queue. */
    default void waited(long nanoseconds) {}

    /** The model ran a batch. */
    default void ran(int texts, long tokens, long nanoseconds) {}

    /** A row of the model's output was read: ranked, or copied. */
    default void ranked(long nanoseconds) {}
}
