package dev.unmask.hub;

import java.io.IOException;

/** What an answer's body goes into, over several attempts. */
interface Destination extends Receiver {
    /** How much there is by now. */
    long received();

    /** @throws IOException when a successful answer ended before everything was there */
    void checkEnd() throws IOException;

    /** Forgets what there is. */
    void discard() throws IOException;
}
