package dev.unmask.hub;

import dev.unmask.fault.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;

/**
 * How the hub is reached.
 *
 * @param endpoint its address, without a slash at the end
 * @param token sent to the endpoint and to no other host; null for none
 * @param proxies the way there
 * @param patience how failures are waited out
 */
public record HubSettings(URI endpoint, String token, EnvironmentProxies proxies, Patience patience) {
    private static final String PUBLIC_HUB = "https://huggingface.co";

    /**
     * How failures are waited out.
     *
     * @param retries how often a request is repeated that brought nothing
     * @param backOff the first wait; it doubles each time
     * @param silence how long nothing may come before a connection counts as broken
     */
    public record Patience(int retries, Duration backOff, Duration silence) {
        /** What {@link #of} takes. */
        public static final Patience USUAL = new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, token=%s]".formatted(endpoint, token == null ? "none" : "set");
    }

    /**
     * The settings of an environment: {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code https_proxy}, {@code http_proxy},
     * {@code no_proxy}; the same names that the hub's own client reads.
     *
     * @throws Fault of kind CONFIGURATION when one of them can't be used; it never shows the token
     */
    public static HubSettings of(Map<String, String> environment) {
        return new HubSettings(
                endpoint(environment.getOrDefault("HF_ENDPOINT", "").strip()),
                token(environment.getOrDefault("HF_TOKEN", "").strip()),
                EnvironmentProxies.of(environment),
                Patience.USUAL);
    }

    private static URI endpoint(String text) {
        String address = (text.isEmpty() ? PUBLIC_HUB : text).replaceFirst("/+$", "");
        try {
            URI endpoint = new URI(address);
            boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            if (http && endpoint.getHost() != null && endpoint.getUserInfo() == null && endpoint.getQuery() == null) {
                return endpoint;
            }
        } catch (URISyntaxException malformed) {
            throw badEndpoint();
        }
        throw badEndpoint();
    }

    /** The value is not repeated: it may hold a password. */
    private static Fault badEndpoint() {
        return Fault.configuration(
                "HF_ENDPOINT is not the address of a hub; allowed is https://host[:port][/path] (or http), without a user and a query.");
    }

    private static String token(String text) {
        if (text.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw Fault.configuration(
                    "HF_TOKEN has characters that no token has; it is one word of visible ASCII, such as hf_….");
        }
        return text.isEmpty() ? null : text;
    }
}
