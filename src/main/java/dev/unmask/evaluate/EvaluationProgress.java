package dev.unmask.evaluate;

/** Receives the progress of an evaluation. */
public interface EvaluationProgress {
    /** Reports nothing. */
    EvaluationProgress SILENT = new EvaluationProgress() {
        @Override
        public void begin(String what, int positions) {}

        @Override
        public void advance(int positions) {}

        @Override
        public void end() {}
    };

    /**
     * This many positions will be measured.
     *
     * @param what the model, or the two that are compared
     */
    void begin(String what, int positions);

    /** This many more were measured. */
    void advance(int positions);

    /** All of them were measured, or a model failed. */
    void end();
}
