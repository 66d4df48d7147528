package dev.unmask.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jose4j.http.SimpleGet;
import org.jose4j.http.SimpleResponse;

/**
 * Asks an issuer, and after a failure not again for a moment: while it can't be reached, requests are refused at once
 * instead of holding a thread each until a time limit.
 */
final class PausingGet implements SimpleGet {
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final SimpleGet get;
    private final LongSupplier nanoTime;
    private IOException failure;
    private long failedAt;

    PausingGet(SimpleGet get, LongSupplier nanoTime) {
        this.get = get;
        this.nanoTime = nanoTime;
    }

    /** One asks at a time; the others wait for what becomes of it. */
    @Override
    public synchronized SimpleResponse get(String address) throws IOException {
        if (failure != null && nanoTime.getAsLong() - failedAt < PAUSE.toNanos()) {
            throw new IOException("the issuer could not be asked a moment ago", failure);
        }
        try {
            SimpleResponse response = get.get(address);
            failure = null;
            return response;
        } catch (IOException failed) {
            failure = failed;
            failedAt = nanoTime.getAsLong();
            throw failed;
        }
    }
}
