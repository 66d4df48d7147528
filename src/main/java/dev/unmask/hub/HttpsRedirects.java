package dev.unmask.hub;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Follows redirects from http and https to https, and from http to http. */
final class HttpsRedirects extends DefaultRedirectStrategy {
    /** How many redirects are followed per request. */
    static final int MOST = 10;

    private static final int LAST_PORT = 65_535;

    /** A redirect that is not followed. */
    static final class Refused extends ProtocolException {
        private static final long serialVersionUID = 1;

        Refused(String found) {
            super(found);
        }
    }

    /** To any host, since the token is only sent to the hub. */
    @Override
    public boolean isRedirectAllowed(HttpHost from, HttpHost to, HttpRequest redirect, HttpContext context) {
        return true;
    }

    @Override
    public URI getLocationURI(HttpRequest request, HttpResponse response, HttpContext context) throws HttpException {
        URI from;
        URI to;
        try {
            from = request.getUri();
            to = super.getLocationURI(request, response, context);
        } catch (URISyntaxException | HttpException | IllegalArgumentException malformed) {
            throw new Refused("it redirects to a malformed address");
        }
        if (to.getPort() > LAST_PORT) {
            throw new Refused("it redirects to a malformed address");
        }
        boolean http =
                "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && "http".equals(from.getScheme());
        if (!http || to.getHost() == null) {
            throw new Refused("it redirects from %s to an address without https".formatted(from.getHost()));
        }
        return to;
    }
}
