package dev.unmask.auth;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jose4j.http.Get;
import org.jose4j.http.SimpleGet;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;

/**
 * Bearer tokens of an OpenID Connect issuer: JSON Web Tokens that it has signed (RFC 7519, RFC 9068), verified with its
 * keys, which are fetched when needed and cached. Unsigned tokens and signatures by shared secrets are rejected.
 */
public final class OidcTokens {
    private static final String[] ALGORITHMS = {
        AlgorithmIdentifiers.RSA_USING_SHA256,
        AlgorithmIdentifiers.RSA_USING_SHA384,
        AlgorithmIdentifiers.RSA_USING_SHA512,
        AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
        AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
        AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
        AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
        AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512
    };

    private static final List<String> TIMES = List.of("exp", "nbf", "iat");

    /** The end of the year 9999, in seconds since 1970. */
    private static final double LATEST_TIME = 253_402_300_799.0;

    private static final int CLOCK_SKEW_SECONDS = 60;
    private static final int FETCH_MILLISECONDS = 5_000;
    private static final int PARTS = 3;

    /** A token with an unknown key id makes us fetch the issuer's keys again, but not more often than this. */
    private static final long REFRESHED_EVERY = TimeUnit.SECONDS.toMillis(10);

    /** The claims that name a calling program, in order of preference: Entra's v2 and v1, others'; then any caller. */
    private static final List<String> NAMES = List.of("azp", "appid", "client_id", "sub");

    private final String issuer;
    private final String audience;
    private final Optional<String> jwksUrl;
    private final SimpleGet get = new PausingGet(request(), System::nanoTime);
    private volatile JwtConsumer consumer;

    private OidcTokens(String issuer, String audience, Optional<String> jwksUrl) {
        this.issuer = issuer;
        this.audience = audience;
        this.jwksUrl = jwksUrl;
    }

    /**
     * The tokens of the configured issuer; without one, no token is accepted.
     *
     * @throws Fault of kind CONFIGURATION when there is no audience, or an address is malformed
     */
    public static OidcTokens of(OidcSettings settings) {
        String issuer = settings.issuer().orElse(null);
        if (issuer == null) {
            if (settings.audience().isPresent() || settings.jwksUrl().isPresent()) {
                throw Fault.configuration(
                        "UNMASK_OIDC_AUDIENCE or UNMASK_OIDC_JWKS_URL is set, but no issuer; set UNMASK_OIDC_ISSUER, or unset them.");
            }
            return new OidcTokens(null, null, Optional.empty());
        }
        String audience = settings.audience()
                .orElseThrow(
                        () -> Fault.configuration(
                                "UNMASK_OIDC_ISSUER is set without UNMASK_OIDC_AUDIENCE; without it every token of that issuer would be let in, whatever it is for."));
        Stream.concat(
                        Stream.of(Map.entry("UNMASK_OIDC_ISSUER", issuer)),
                        settings.jwksUrl().stream().map(url -> Map.entry("UNMASK_OIDC_JWKS_URL", url)))
                .forEach(setting -> checkAddress(setting.getKey(), setting.getValue()));
        return new OidcTokens(issuer, audience, settings.jwksUrl());
    }

    private static void checkAddress(String setting, String value) {
        try {
            URI address = URI.create(value);
            if (("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
                    && address.getHost() != null) {
                return;
            }
        } catch (IllegalArgumentException malformed) {
            throw notAnAddress(setting, value);
        }
        throw notAnAddress(setting, value);
    }

    private static Fault notAnAddress(String setting, String value) {
        return Fault.configuration("%s must be an address, https://…, but is \"%s\".".formatted(setting, value));
    }

    /** Whether tokens are accepted at all. */
    public boolean configured() {
        return issuer != null;
    }

    /** Whether a request's bearer token looks like a JSON Web Token. Cheap. */
    public boolean mayBe(List<String> authorizationHeaders) {
        return configured()
                && BearerHeader.token(authorizationHeaders)
                        .filter(token -> token.split("\\.", -1).length == PARTS)
                        .isPresent();
    }

    /**
     * Who is calling. May wait for the issuer, so it must not run on an event loop.
     *
     * @param authorizationHeaders the values of all {@code Authorization} headers of a request
     * @return the caller's name, {@code oidc:} and a claim; nothing if it must be turned away
     * @throws Fault of kind NOT_READY when the issuer's keys are unavailable
     */
    public Optional<String> authenticate(List<String> authorizationHeaders) {
        return BearerHeader.token(authorizationHeaders).flatMap(this::verify);
    }

    private Optional<String> verify(String token) {
        try {
            JwtClaims claims = consumer().processToClaims(token);
            if (!TIMES.stream().allMatch(time -> isTime(claims.getClaimValue(time)))) {
                return Optional.empty();
            }
            return Optional.of("oidc:"
                    + NAMES.stream()
                            .map(claims::getClaimValueAsString)
                            .filter(name -> name != null && !name.isBlank())
                            .findFirst()
                            .orElse("unnamed"));
        } catch (InvalidJwtException refused) {
            if (causedByTheIssuer(refused)) {
                throw unreachable(refused);
            }
            return Optional.empty();
        } catch (IOException | JoseException failed) {
            throw unreachable(failed);
        }
    }

    /** Numbers beyond all dates would be taken for the end of time: 1e400 is read as infinity. */
    private static boolean isTime(Object claim) {
        return claim == null || claim instanceof Number number && Math.abs(number.doubleValue()) <= LATEST_TIME;
    }

    private static boolean causedByTheIssuer(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof IOException);
    }

    private static Fault unreachable(Exception cause) {
        return Fault.notReady("The issuer's keys are unavailable at the moment; try again.", cause);
    }

    private JwtConsumer consumer() throws IOException, JoseException {
        JwtConsumer made = consumer;
        return made == null ? firstConsumer() : made;
    }

    /** The first caller finds out where the keys are; others wait for that. */
    private synchronized JwtConsumer firstConsumer() throws IOException, JoseException {
        if (consumer == null) {
            HttpsJwks keys = new HttpsJwks(jwksUrl.isPresent() ? jwksUrl.get() : discovered());
            keys.setSimpleHttpGet(get);
            keys.setRefreshReprieveThreshold(REFRESHED_EVERY);
            keys.setRetainCacheOnErrorDuration(TimeUnit.HOURS.toSeconds(1));
            consumer = new JwtConsumerBuilder()
                    .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(keys))
                    .setExpectedIssuer(issuer)
                    .setExpectedAudience(audience)
                    .setRequireExpirationTime()
                    .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                    .setJwsAlgorithmConstraints(ConstraintType.PERMIT, ALGORITHMS)
                    .build();
        }
        return consumer;
    }

    private String discovered() throws IOException, JoseException {
        String answer = get.get(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")
                .getBody();
        Object address = JsonUtil.parseJson(answer).get("jwks_uri");
        if (address == null) {
            throw new IOException("the issuer's configuration names no jwks_uri");
        }
        return address.toString();
    }

    private static Get request() {
        Get get = new Get();
        get.setConnectTimeout(FETCH_MILLISECONDS);
        get.setReadTimeout(FETCH_MILLISECONDS);
        get.setRetries(1);
        return get;
    }
}
