package dev.unmask.auth;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jose4j.http.SimpleGet;
import org.jose4j.http.SimpleResponse;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * Asks an issuer, and after a failure not again for a moment: while it can't be reached, requests are refused at once
 * instead of holding a thread each until a time limit. Why it failed is logged when that begins or changes, and when it is over.
 */
final class PausingGet implements SimpleGet {
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(OidcTokens.class.getName());

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
            check(response.getBody());
            if (failure != null) {
                LOG.log(INFO, "The issuer of tokens answers again.");
            }
            failure = null;
            return response;
        } catch (IOException failed) {
            log(address, failed);
            failure = failed;
            failedAt = nanoTime.getAsLong();
            throw failed;
        }
    }

    /** Something in between may answer in the issuer's place, with a page that asks for a password, say. */
    private static void check(String body) throws IOException {
        try {
            Map<String, Object> answer = JsonUtil.parseJson(body);
            if (!answer.containsKey("keys") && !answer.containsKey("jwks_uri")) {
                throw new IOException("the answer holds neither keys nor their address, jwks_uri");
            }
        } catch (JoseException malformed) {
            throw new IOException("the answer is not JSON", malformed);
        }
    }

    private void log(String address, IOException failed) {
        if (failure == null || !failed.toString().equals(failure.toString())) {
            LOG.log(
                    WARNING,
                    "The issuer of tokens could not be asked at {0}: {1}. It will be asked again, every {2} s at most; until then tokens that need it are answered 503.",
                    address,
                    failed,
                    PAUSE.toSeconds());
        }
    }
}
