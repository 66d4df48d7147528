package dev.unmask.bench;

import java.util.function.LongConsumer;

/** Receives the progress of a measurement. */
public interface BenchProgress {
    /** Random weights of this many bytes are about to be written; the returned progress receives each piece. */
    LongConsumer writing(long bytes);

    /** This many runs are about to be measured. */
    void measuring(int runs);

    /** One of them is done. */
    void ran();
}
