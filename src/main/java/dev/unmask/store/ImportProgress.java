package dev.unmask.store;

/** Told how far an import is. */
public interface ImportProgress {
    /** Tells nobody. */
    ImportProgress SILENT = new ImportProgress() {
        @Override
        public void begin(long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void end() {}
    };

    /** That many bytes of weights will be written. */
    void begin(long bytes);

    /** So many more were written. */
    void advance(long bytes);

    /** All were. */
    void end();
}
