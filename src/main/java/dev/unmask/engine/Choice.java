package dev.unmask.engine;

/** Which of a mask's scores are wanted. A provider may return more of them, but not fewer. */
public sealed interface Choice {
    /** The scores of the whole vocabulary. */
    Choice WHOLE = new Whole();

    /** The scores of the whole vocabulary. */
    record Whole() implements Choice {}

    /**
     * The highest scores of the vocabulary; ties go to lower ids.
     *
     * @param count how many, 1 to the vocabulary's size
     */
    record Best(int count) implements Choice {}

    /**
     * The scores of some tokens.
     *
     * @param tokens distinct ids, at least one
     */
    record Among(int[] tokens) implements Choice {}
}
