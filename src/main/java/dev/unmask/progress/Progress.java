package dev.unmask.progress;

/** Receives the progress of long work, one task after another. */
public interface Progress {
    /** Reports nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(String task, long total, Unit unit) {}

        @Override
        public void advance(long amount) {}

        @Override
        public void end() {}
    };

    /** What is counted. */
    enum Unit {
        /** Bytes that are written. */
        BYTES,
        /** Positions in texts that are measured. */
        POSITIONS,
        /** Runs that are measured. */
        RUNS
    }

    /**
     * A task begins.
     *
     * @param task its label, such as {@code Downloading toy}
     * @param total how much there is to do
     */
    void begin(String task, long total, Unit unit);

    /** This much was already done, in an earlier attempt; it doesn't count towards the speed. */
    default void resume(long amount) {
        advance(amount);
    }

    /** This much more was done; negative if something must be repeated. */
    void advance(long amount);

    /** The task is done, or failed. */
    void end();
}
