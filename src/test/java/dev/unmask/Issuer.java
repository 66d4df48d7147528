package dev.unmask;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;

/** An issuer of tokens, OpenID Connect's, that publishes one key and says where. */
public final class Issuer implements AutoCloseable {
    private final HttpServer server;
    private final InetSocketAddress address;
    private ClosedPort left;
    private final List<RsaJsonWebKey> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final RsaJsonWebKey key;

    /** Starts it on the loopback. */
    public Issuer() throws Exception {
        key = key("one");
        published.add(key);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/.well-known/openid-configuration", () -> "{\"jwks_uri\":\"%s\"}".formatted(keysAddress()));
        answer("/keys", () -> {
            asked.incrementAndGet();
            return new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY);
        });
        server.start();
        address = server.getAddress();
    }

    private void answer(String path, Supplier<String> json) throws IOException {
        server.createContext(path, exchange -> {
            byte[] body = json.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** A key that nobody publishes. */
    public static RsaJsonWebKey key(String id) throws Exception {
        RsaJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
        made.setKeyId(id);
        return made;
    }

    /** Its address, which is its name. */
    public String address() {
        return "http://127.0.0.1:" + address.getPort();
    }

    /** Where its keys are. */
    public String keysAddress() {
        return address() + "/keys";
    }

    /** The key that it publishes. */
    public RsaJsonWebKey key() {
        return key;
    }

    /** How often it was asked for its keys. */
    public AtomicInteger asked() {
        return asked;
    }

    /** What its tokens say. */
    public JwtClaims claims(String audience, String subject, float minutes) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(address());
        claims.setAudience(audience);
        claims.setSubject(subject);
        claims.setExpirationTimeMinutesInTheFuture(minutes);
        return claims;
    }

    /** A token. */
    public static String signed(JwtClaims claims, RsaJsonWebKey by) throws Exception {
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKey(by.getPrivateKey());
        token.setKeyIdHeaderValue(by.getKeyId());
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        return token.getCompactSerialization();
    }

    /** From now on nobody answers, and nobody else is given its port, until this is closed. */
    public void stop() throws IOException {
        server.stop(0);
        left = new ClosedPort(address);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        if (left != null) {
            left.close();
        }
    }
}
