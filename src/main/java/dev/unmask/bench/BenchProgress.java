package dev.unmask.bench;

import java.util.function.LongConsumer;

/** Told how far a measurement is. */
public interface BenchProgress {
    /** Random weights of so many bytes begin to be written, of which the result is to be told piece by piece. */
    LongConsumer writing(long bytes);

    /** So many runs begin to be measured. */
    void measuring(int runs);

    /** One of them is done. */
    void ran();
}
