package dev.unmask.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * GET requests to a hub and to where it redirects them. Redirects are followed here and not by the client, because that
 * one would take the token along to any host.
 */
final class HubConnection {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final int REDIRECTS = 10;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int LAST_PORT = 65_535;

    private final HubSettings settings;
    private final HttpClient client;

    HubConnection(HubSettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(settings.proxies())
                .build();
    }

    /**
     * Asks once.
     *
     * @throws Receiver.Broken when the receiver failed; asking again would not help
     * @throws IOException when the connection failed, or nothing came for as long as the settings say
     */
    Receiver.Answer get(URI first, Map<String, String> headers, Receiver receiver)
            throws IOException, InterruptedException {
        URI uri = first;
        for (int redirects = 0; redirects <= REDIRECTS; redirects++) {
            Receiver.Answer answer = exchange(uri, headers, receiver);
            String location = answer.header("Location");
            if (answer.status() / 100 != 3 || location.isEmpty()) {
                return answer;
            }
            uri = follow(uri, location);
        }
        throw new IOException("it redirects more than %d times".formatted(REDIRECTS));
    }

    private static URI follow(URI from, String location) throws IOException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("it redirects to an address that can't be read", malformed);
        }
        boolean http =
                "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && "http".equals(from.getScheme());
        if (to.getPort() > LAST_PORT) {
            throw new IOException("it redirects to an address that can't be read");
        }
        if (!http || to.getHost() == null) {
            throw new IOException("it redirects from %s to an address without https".formatted(from.getHost()));
        }
        return to;
    }

    private Receiver.Answer exchange(URI uri, Map<String, String> headers, Receiver receiver)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("User-Agent", "unmask");
        headers.forEach(request::header);
        if (settings.token() != null && sameOrigin(uri, settings.endpoint())) {
            request.header("Authorization", "Bearer " + settings.token());
        }
        settings.proxies().authorization(uri).ifPresent(account -> request.header("Proxy-Authorization", account));
        HubBody body = new HubBody(receiver);
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request.build(), body::begin);
        try {
            HttpResponse<Void> response = await(answer, body);
            return new Receiver.Answer(response.statusCode(), response.headers());
        } finally {
            body.stop();
            answer.cancel(true);
        }
    }

    private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer, HubBody body)
            throws IOException, InterruptedException {
        long silence = settings.patience().silence().toNanos();
        while (true) {
            try {
                return answer.get(Math.max(1, silence / 4), TimeUnit.NANOSECONDS);
            } catch (TimeoutException waiting) {
                if (body.silence() > silence) {
                    throw new HttpTimeoutException("nothing came for %d ms"
                            .formatted(settings.patience().silence().toMillis()));
                }
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Receiver.Broken broken) {
                    if (broken.getCause() instanceof Receiver.OddAnswer odd) {
                        throw new IOException(odd.getMessage(), odd);
                    }
                    throw new Receiver.Broken((IOException) broken.getCause());
                }
                if (failed.getCause() instanceof IOException network) {
                    throw new IOException(describe(network), network);
                }
                // The client's own way of saying that a header is none, such as a length that is no number.
                throw new IOException("what it answers can't be read", failed.getCause());
            }
        }
    }

    private static String describe(IOException network) {
        return network.getMessage() == null ? network.getClass().getSimpleName() : network.getMessage();
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && Objects.equals(one.getHost(), other.getHost())
                && one.getPort() == other.getPort();
    }
}
