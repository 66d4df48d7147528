package dev.unmask.progress;

/** Receives the progress of an import. */
public interface ByteProgress {
    /** Reports nothing. */
    ByteProgress SILENT = new ByteProgress() {
        @Override
        public void begin(long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void end() {}
    };

    /** The label for the bytes of the next {@link #begin}, such as {@code Downloading toy}. */
    default void task(String name) {}

    /** This many bytes will be written. */
    void begin(long bytes);

    /** This many bytes already exist, from an earlier attempt; they don't count towards the speed. */
    default void resume(long bytes) {
        advance(bytes);
    }

    /** This many more bytes were written; negative if something must be repeated. */
    void advance(long bytes);

    /** All bytes were written. */
    void end();
}
