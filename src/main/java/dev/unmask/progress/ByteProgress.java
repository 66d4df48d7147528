package dev.unmask.progress;

/** Told how far an import is. */
public interface ByteProgress {
    /** Tells nobody. */
    ByteProgress SILENT = new ByteProgress() {
        @Override
        public void begin(long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void end() {}
    };

    /** What the bytes of the next {@link #begin} are for, such as {@code Downloading toy}. */
    default void task(String name) {}

    /** That many bytes will be written. */
    void begin(long bytes);

    /** So many are there already, from an earlier attempt; they don't count as speed. */
    default void resume(long bytes) {
        advance(bytes);
    }

    /** So many more were written; negative where something has to be done again. */
    void advance(long bytes);

    /** All were. */
    void end();
}
