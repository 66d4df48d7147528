package dev.unmask.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;

/** GET requests to a hub and its redirect targets. */
final class HubConnection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final int CHUNK = 1 << 16;

    private final HubSettings settings;
    private final CloseableHttpClient client;

    HubConnection(HubSettings settings) {
        this.settings = settings;
        Timeout silence = Timeout.of(settings.patience().silence());
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        // The certificates that this process trusts, including additional authorities.
                        .useSystemProperties()
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(CONNECT))
                                .setSocketTimeout(silence)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(silence)
                        .setMaxRedirects(HttpsRedirects.MOST)
                        .setCircularRedirectsAllowed(true)
                        .build())
                .setRoutePlanner(new SystemDefaultRoutePlanner(settings.proxies()))
                .setRedirectStrategy(new HttpsRedirects())
                .addExecInterceptorAfter(
                        ChainElement.REDIRECT.name(), "short redirects", HubConnection::withoutLongBody)
                .addRequestInterceptorLast(this::showToken)
                .setUserAgent("unmask")
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .build();
    }

    /** The token goes to the hub, but not to its redirect targets. */
    private void showToken(HttpRequest request, EntityDetails noBody, HttpContext context) throws HttpException {
        request.removeHeaders(HttpHeaders.AUTHORIZATION);
        try {
            if (settings.token() != null && sameOrigin(request.getUri(), settings.endpoint())) {
                request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + settings.token());
            }
        } catch (URISyntaxException malformed) {
            throw new HttpException("it redirects to a malformed address", malformed);
        }
    }

    /** The client would read a redirect's body to its end, which may never come. */
    private static ClassicHttpResponse withoutLongBody(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        HttpEntity body = response.getEntity();
        boolean read = body == null || body.getContentLength() >= 0 && body.getContentLength() <= CHUNK;
        if (response.getCode() / 100 == 3 && !read) {
            scope.execRuntime.disconnectEndpoint();
            response.setEntity(null);
        }
        return response;
    }

    /**
     * Sends one request.
     *
     * @throws Receiver.Broken when the receiver failed; a retry would not help
     * @throws IOException when the connection failed, or was silent for longer than the settings allow
     * @throws InterruptedException when this thread was interrupted; the receiver gets nothing more
     */
    Receiver.Answer get(URI uri, Map<String, String> headers, Receiver receiver)
            throws IOException, InterruptedException {
        HttpGet request = new HttpGet(uri);
        headers.forEach(request::setHeader);
        // Reading from a socket can't be interrupted, so it happens on another thread than the waiting one.
        FutureTask<Receiver.Answer> exchange = new FutureTask<>(() -> exchange(request, receiver));
        Thread thread = new Thread(exchange, "unmask-download");
        thread.setDaemon(true);
        thread.start();
        try {
            return exchange.get();
        } catch (InterruptedException stopped) {
            request.abort();
            thread.join();
            throw stopped;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Receiver.Broken || failed.getCause() instanceof Receiver.OddAnswer) {
                throw (IOException) failed.getCause();
            }
            throw new IOException(describe(failed.getCause()), failed.getCause());
        }
    }

    private Receiver.Answer exchange(HttpGet request, Receiver receiver) throws IOException {
        HttpClientContext context = HttpClientContext.create();
        context.setAuthCache(settings.proxies().accounts());
        ClassicHttpResponse response = client.executeOpen(null, request, context);
        boolean read = false;
        try {
            Receiver.Answer answer = new Receiver.Answer(response);
            // The body of an unsuccessful response is not read: only its status and headers are used.
            if (answer.succeeded()) {
                handOn(() -> receiver.begin(answer));
                read(response.getEntity().getContent(), receiver);
                read = true;
            }
            return answer;
        } finally {
            if (!read) {
                // Otherwise closing would read the body to its end, which may never come.
                request.abort();
            }
            Closer.closeQuietly(response);
        }
    }

    private static void read(InputStream body, Receiver receiver) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
            handOn(() -> receiver.take(bytes));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void handOn(Step step) throws IOException {
        try {
            step.run();
        } catch (Receiver.OddAnswer odd) {
            throw odd;
        } catch (IOException failed) {
            throw new Receiver.Broken(failed);
        }
    }

    private static String describe(Throwable failed) {
        if (failed instanceof ClientProtocolException && failed.getCause() != null) {
            return describe(failed.getCause());
        }
        if (failed instanceof HttpsRedirects.Refused refused) {
            return refused.getMessage();
        }
        if (failed instanceof RedirectException) {
            return "it redirects more than %d times".formatted(HttpsRedirects.MOST);
        }
        if (failed instanceof IOException) {
            return failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
        }
        return "its response is malformed";
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && Objects.equals(one.getHost(), other.getHost())
                && one.getPort() == other.getPort();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
