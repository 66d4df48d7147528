package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.restassured.response.Response;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;

/** Tokens and keys at the same door. */
class OidcIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private static String token(RsaJsonWebKey key, String issuer, float minutes) throws Exception {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience("unmask");
        claims.setSubject("reader");
        claims.setExpirationTimeMinutesInTheFuture(minutes);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        return signature.getCompactSerialization();
    }

    @Test
    void bothOpenTheDoorAndAnExpiredTokenDoesNot() throws Exception {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId("one");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/keys", exchange -> {
            byte[] body = new JsonWebKeySet(key)
                    .toJson(OutputControlLevel.PUBLIC_ONLY)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Map<String, String> settings = Map.of(
                "UNMASK_OIDC_ISSUER", issuer,
                "UNMASK_OIDC_AUDIENCE", "unmask",
                "UNMASK_OIDC_JWKS_URL", issuer + "/keys",
                "UNMASK_ACCESS_LOG_FILE", "stdout",
                "QUARKUS_LOG_LEVEL", "TRACE");
        try (Service service = Service.ready(Program.folder(), settings)) {
            String good = token(key, issuer, 10);

            assertThat(post(service, good).statusCode()).isEqualTo(200);
            assertThat(post(service, Service.KEY).statusCode()).isEqualTo(200);
            assertThat(Answers.refusal(post(service, token(key, issuer, -10)), 401))
                    .isNotBlank();
            assertThat(Answers.refusal(post(service, good.substring(0, good.length() - 8) + "AAAAAAAA"), 401))
                    .isNotBlank();
            service.terminate();
            service.exitCode();
            assertThat(service.log()).contains("\"key\":\"oidc:reader\"").doesNotContain(good.substring(20, 60));
        } finally {
            server.stop(0);
        }
    }

    private static Response post(Service service, String bearer) {
        return service.anonymous()
                .header("Authorization", "Bearer " + bearer)
                .contentType("application/json")
                .body(QUESTION)
                .when()
                .post("/predict");
    }
}
