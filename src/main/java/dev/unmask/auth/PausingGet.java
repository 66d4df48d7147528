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
 * Fetches from an issuer, and pauses after a failure: while the issuer is unreachable, requests are refused at once instead
 * of each holding a thread until a timeout. Logs the reason when a failure begins or changes, and when it ends.
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

    /** One request at a time; the others wait for its outcome. */
    @Override
    public synchronized SimpleResponse get(String address) throws IOException {
        if (failure != null && nanoTime.getAsLong() - failedAt < PAUSE.toNanos()) {
            throw new IOException("the issuer was unreachable a moment ago", failure);
        }
        try {
            SimpleResponse response = get.get(address);
            check(response.getBody());
            if (failure != null) {
                LOG.log(INFO, "The issuer of tokens is reachable again.");
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

    /** A proxy may answer in the issuer's place, with a login page for example. */
    private static void check(String body) throws IOException {
        try {
            Map<String, Object> answer = JsonUtil.parseJson(body);
            if (!answer.containsKey("keys") && !answer.containsKey("jwks_uri")) {
                throw new IOException("the answer has neither keys nor their address, jwks_uri");
            }
        } catch (JoseException malformed) {
            throw new IOException("the answer is not JSON", malformed);
        }
    }

    private void log(String address, IOException failed) {
        if (failure == null || !failed.toString().equals(failure.toString())) {
            LOG.log(
                    WARNING,
                    "Fetching {0} from the issuer of tokens failed: {1}. Retrying every {2} s at most; until it succeeds, tokens that need it are answered with 503.",
                    address,
                    failed,
                    PAUSE.toSeconds());
        }
    }
}
