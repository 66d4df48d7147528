package dev.unmask.evaluate;

/** Told how far an evaluation is. */
public interface EvaluationProgress {
    /** Tells nobody. */
    EvaluationProgress SILENT = new EvaluationProgress() {
        @Override
        public void begin(String what, int positions) {}

        @Override
        public void advance(int positions) {}

        @Override
        public void end() {}
    };

    /**
     * That many positions will be measured.
     *
     * @param what the model, or two that are held against each other
     */
    void begin(String what, int positions);

    /** So many more were. */
    void advance(int positions);

    /** All of these were, or a model failed. */
    void end();
}
