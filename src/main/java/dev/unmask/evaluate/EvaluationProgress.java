package dev.unmask.evaluate;

/** Told how far an evaluation is. */
public interface EvaluationProgress {
    /** Tells nobody. */
    EvaluationProgress SILENT = new EvaluationProgress() {
        @Override
        public void begin(String model, int positions) {}

        @Override
        public void advance(int positions) {}

        @Override
        public void end() {}
    };

    /** That many positions of a model will be measured. */
    void begin(String model, int positions);

    /** So many more were. */
    void advance(int positions);

    /** All of this model's were, or it failed. */
    void end();
}
