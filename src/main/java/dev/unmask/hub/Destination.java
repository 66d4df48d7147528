package dev.unmask.hub;

import java.io.IOException;

/** The destination of a response's body, across several attempts. */
interface Destination extends Receiver {
    /** The number of bytes so far. */
    long received();

    /** @throws IOException when a successful response ended before it was complete */
    void checkEnd() throws IOException;

    /** Discards the bytes so far. */
    void discard() throws IOException;
}
