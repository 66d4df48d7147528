package dev.unmask.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.Issuer;
import dev.unmask.fault.Fault;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of an issuer that is a server of the test. */
class OidcTokensTest {
    private static final String AUDIENCE = "api://unmask";

    private Issuer issuer;
    private RsaJsonWebKey key;
    private OidcTokens tokens;

    @BeforeEach
    void startIssuer() throws Exception {
        issuer = new Issuer();
        key = issuer.key();
        tokens = OidcTokens.of(settings(Optional.of(issuer.address()), Optional.of(AUDIENCE)));
    }

    @AfterEach
    void stopIssuer() throws Exception {
        issuer.close();
    }

    private static OidcSettings settings(Optional<String> issuer, Optional<String> audience) {
        return new OidcSettings() {
            @Override
            public Optional<String> issuer() {
                return issuer;
            }

            @Override
            public Optional<String> audience() {
                return audience;
            }

            @Override
            public Optional<String> jwksUrl() {
                return Optional.empty();
            }
        };
    }

    private JwtClaims claims() {
        JwtClaims claims = issuer.claims(AUDIENCE, "somebody", 10);
        claims.setStringClaim("azp", "radiology-client");
        return claims;
    }

    private Optional<String> authenticate(String token) {
        List<String> headers = List.of("Bearer " + token);
        assertThat(tokens.mayBe(headers)).isTrue();
        return tokens.authenticate(headers);
    }

    @Test
    void aTokenOfTheIssuerOpensTheDoorAndNamesTheClient() throws Exception {
        assertThat(authenticate(Issuer.signed(claims(), key))).hasValue("oidc:radiology-client");
        assertThat(authenticate(Issuer.signed(claims(), key))).hasValue("oidc:radiology-client");
        assertThat(issuer.asked()).as("keys are kept").hasValue(1);
    }

    @Test
    void withoutAClientTheSubjectIsNamed() throws Exception {
        JwtClaims claims = claims();
        claims.unsetClaim("azp");

        assertThat(authenticate(Issuer.signed(claims, key))).hasValue("oidc:somebody");
    }

    @ParameterizedTest
    @CsvSource({"iss, https://elsewhere.example", "aud, api://other", "exp, 1", "nbf, 99999999999"})
    void aTokenOfAnotherIssuerForOthersOrOfAnotherTimeIsRefused(String claim, String value) throws Exception {
        JwtClaims claims = claims();
        claims.setClaim(claim, value.matches("[0-9]+") ? (Object) Long.parseLong(value) : value);

        assertThat(authenticate(Issuer.signed(claims, key))).isEmpty();
    }

    @Test
    void aTokenThatNeverEndsIsRefused() throws Exception {
        JwtClaims claims = claims();
        claims.unsetClaim("exp");

        assertThat(authenticate(Issuer.signed(claims, key))).isEmpty();
    }

    /** Written as they come: a library that makes tokens wouldn't write such numbers. */
    @ParameterizedTest
    @CsvSource({
        "exp, 1e400",
        "exp, 1e300",
        "exp, 999999999999999999999999999999",
        "nbf, -1e400",
        "iat, 1e400",
        "exp, 1e15"
    })
    void aTokenWhoseTimesAreBeyondAllDatesIsRefused(String claim, String value) throws Exception {
        JwtClaims claims = claims();
        claims.setClaim(claim, 4711);
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.toJson().replace("4711", value));
        token.setKey(key.getPrivateKey());
        token.setKeyIdHeaderValue(key.getKeyId());
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);

        assertThat(authenticate(token.getCompactSerialization())).isEmpty();
    }

    @Test
    void anotherKeyUnderTheSameIdIsRefused() throws Exception {
        assertThat(authenticate(Issuer.signed(claims(), Issuer.key("one")))).isEmpty();
    }

    @Test
    void anUnknownKeyIdIsRefusedAndDoesNotMakeUsAskForEver() throws Exception {
        authenticate(Issuer.signed(claims(), key));

        for (int i = 0; i < 20; i++) {
            assertThat(authenticate(Issuer.signed(claims(), Issuer.key("none-" + i))))
                    .isEmpty();
        }
        assertThat(issuer.asked().get()).isLessThanOrEqualTo(3);
    }

    /** The public key taken for a shared secret, and no signature at all. */
    @Test
    void signaturesThatAnyoneCanMakeAreRefused() throws Exception {
        JsonWebSignature shared = new JsonWebSignature();
        shared.setPayload(claims().toJson());
        shared.setKey(new HmacKey(key.getPublicKey().getEncoded()));
        shared.setKeyIdHeaderValue("one");
        shared.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        JsonWebSignature none = new JsonWebSignature();
        none.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        none.setPayload(claims().toJson());
        none.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);

        assertThat(authenticate(shared.getCompactSerialization())).isEmpty();
        assertThat(authenticate(none.getCompactSerialization())).isEmpty();
    }

    @Test
    void whatIsNotATokenIsRefused() {
        assertThat(authenticate("a.b.c")).isEmpty();
        assertThat(authenticate("..")).isEmpty();
        assertThat(tokens.mayBe(List.of("Bearer abc"))).isFalse();
        assertThat(tokens.mayBe(List.of())).isFalse();
        assertThat(tokens.mayBe(List.of("Bearer a.b.c", "Bearer a.b.c"))).isFalse();
    }

    @Test
    void whileTheIssuerIsAwayNobodyIsCalledAnImpostor() throws Exception {
        String good = Issuer.signed(claims(), key);
        issuer.stop();

        assertThatThrownBy(() -> authenticate(good))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_READY));
    }

    @Test
    void keysThatWereHadOnceAreKeptWhileTheIssuerIsAway() throws Exception {
        authenticate(Issuer.signed(claims(), key));
        issuer.stop();

        assertThat(authenticate(Issuer.signed(claims(), key))).isPresent();
    }

    @Test
    void anIssuerWithoutAnAudienceIsRefused() {
        assertThatThrownBy(() -> OidcTokens.of(settings(Optional.of(issuer.address()), Optional.empty())))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageContaining("UNMASK_OIDC_AUDIENCE");
        assertThatThrownBy(() -> OidcTokens.of(settings(Optional.of("not an address"), Optional.of(AUDIENCE))))
                .hasMessageContaining("UNMASK_OIDC_ISSUER");
        assertThatThrownBy(() -> OidcTokens.of(settings(Optional.empty(), Optional.of(AUDIENCE))))
                .hasMessageContaining("UNMASK_OIDC_ISSUER");
    }

    @Test
    void withoutAnIssuerNoTokenIsLookedAt() {
        assertThat(OidcTokens.of(settings(Optional.empty(), Optional.empty())).mayBe(List.of("Bearer a.b.c")))
                .isFalse();
    }
}
