package dev.unmask.engine;

/** Which of a mask's scores are asked for. Whoever gives them may give more, and must not give fewer. */
public sealed interface Choice {
    /** All of the vocabulary's. */
    Choice WHOLE = new Whole();

    /** All of the vocabulary's. */
    record Whole() implements Choice {}

    /**
     * The highest scores of the vocabulary; of equal ones those of the lower ids.
     *
     * @param count how many, 1 to the vocabulary's size
     */
    record Best(int count) implements Choice {}

    /**
     * Those of some tokens.
     *
     * @param tokens distinct ids, at least one
     */
    record Among(int[] tokens) implements Choice {}
}
