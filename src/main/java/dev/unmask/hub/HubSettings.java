package dev.unmask.hub;

import dev.unmask.fault.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;

/**
 * How to reach the hub.
 *
 * @param endpoint its address, without a slash at the end
 * @param token only sent to the endpoint; null for none
 * @param proxies the proxies to use
 * @param patience how to retry
 */
public record HubSettings(URI endpoint, String token, EnvironmentProxies proxies, Patience patience) {
    private static final String PUBLIC_HUB = "https://huggingface.co";

    /**
     * How to retry.
     *
     * @param retries how often a request without progress is repeated
     * @param backOff the first wait; it doubles each time
     * @param silence how long a connection may be silent before it counts as broken
     */
    public record Patience(int retries, Duration backOff, Duration silence) {
        /** The environment variables of {@link #of}. */
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
     * @throws Fault of kind CONFIGURATION when one of them is unusable; never shows the token
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

    /** The value is not quoted, since it may have a password. */
    private static Fault badEndpoint() {
        return Fault.configuration(
                "HF_ENDPOINT must be https://host[:port][/path] (or http), without a user and a query.");
    }

    private static String token(String text) {
        if (text.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw Fault.configuration("HF_TOKEN must be one word of visible ASCII, such as hf_….");
        }
        return text.isEmpty() ? null : text;
    }
}
