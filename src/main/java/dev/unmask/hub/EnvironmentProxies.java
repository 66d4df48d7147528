package dev.unmask.hub;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hc.client5.http.auth.AuthCache;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicAuthCache;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.core5.http.HttpHost;

/**
 * Proxies from the usual environment variables: {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and
 * {@code no_proxy}, in lower or upper case, lower case first. If none is set, the JVM's own settings
 * ({@code -Dhttps.proxyHost=…}) decide.
 */
public final class EnvironmentProxies extends ProxySelector {
    private final URI http;
    private final URI https;
    private final List<String> direct;

    private EnvironmentProxies(URI http, URI https, List<String> direct) {
        this.http = http;
        this.https = https;
        this.direct = direct;
    }

    /** @throws Fault of kind CONFIGURATION when an address is malformed; it is not quoted, since it may have a password */
    public static EnvironmentProxies of(Map<String, String> environment) {
        String all = value(environment, "all_proxy", "");
        return new EnvironmentProxies(
                proxy("http_proxy", value(environment, "http_proxy", all)),
                proxy("https_proxy", value(environment, "https_proxy", all)),
                Arrays.stream(value(environment, "no_proxy", "").split(","))
                        .map(host -> host.strip().toLowerCase(Locale.ROOT))
                        .filter(host -> !host.isEmpty())
                        .toList());
    }

    private static String value(Map<String, String> environment, String name, String otherwise) {
        String upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
        String value = environment.getOrDefault(name, upper).strip();
        return value.isEmpty() ? otherwise : value;
    }

    private static URI proxy(String name, String value) {
        if (value.isEmpty()) {
            return null;
        }
        try {
            URI proxy = new URI(value.contains("://") ? value : "http://" + value);
            if ("http".equalsIgnoreCase(proxy.getScheme()) && proxy.getHost() != null) {
                return proxy;
            }
        } catch (URISyntaxException malformed) {
            throw unreadable(name);
        }
        throw unreadable(name);
    }

    private static Fault unreadable(String name) {
        return Fault.configuration(
                "%s is not the address of an HTTP proxy; it must be http://[user:password@]host[:port]."
                        .formatted(name));
    }

    @Override
    public List<Proxy> select(URI uri) {
        URI proxy = proxyFor(uri);
        if (proxy == null) {
            ProxySelector machine = http == null && https == null ? ProxySelector.getDefault() : null;
            return machine == null ? List.of(Proxy.NO_PROXY) : machine.select(uri);
        }
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))));
    }

    private URI proxyFor(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean excepted = direct.stream().anyMatch(except -> matches(except, host, uri.getPort()));
        return excepted ? null : "https".equals(uri.getScheme()) ? https : http;
    }

    /** {@code *}, a host, a host with a port, or a domain with its subdomains. */
    private static boolean matches(String except, String host, int port) {
        String domain = except.startsWith(".") ? except.substring(1) : except;
        return domain.equals("*")
                || host.equals(domain)
                || (host + ":" + port).equals(domain)
                || host.endsWith("." + domain);
    }

    private static int port(URI proxy) {
        return proxy.getPort() < 0 ? 80 : proxy.getPort();
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        System.getLogger(EnvironmentProxies.class.getName())
                .log(Level.WARNING, "The proxy {0} can''t be reached.", proxy);
    }

    /** The proxies' users and passwords, sent preemptively with the first request. */
    AuthCache accounts() {
        AuthCache accounts = new BasicAuthCache();
        Stream.of(http, https)
                .filter(proxy -> proxy != null && proxy.getRawUserInfo() != null)
                .forEach(proxy -> {
                    String[] account = decoded(proxy.getRawUserInfo()).split(":", 2);
                    BasicScheme scheme = new BasicScheme();
                    scheme.initPreemptive(new UsernamePasswordCredentials(
                            account[0], account.length > 1 ? account[1].toCharArray() : new char[0]));
                    accounts.put(new HttpHost("http", proxy.getHost(), port(proxy)), scheme);
                });
        return accounts;
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
