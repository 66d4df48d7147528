package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.Issuer;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens and keys at the same door. */
class OidcIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private static String token(Issuer issuer, float minutes) throws Exception {
        return Issuer.signed(issuer.claims("unmask", "reader", minutes), issuer.key());
    }

    @Test
    void bothOpenTheDoorAndAnExpiredTokenDoesNot() throws Exception {
        try (Issuer issuer = new Issuer();
                Service service = Service.ready(
                        Program.folder(),
                        Map.of(
                                "UNMASK_OIDC_ISSUER", issuer.address(),
                                "UNMASK_OIDC_AUDIENCE", "unmask",
                                "UNMASK_OIDC_JWKS_URL", issuer.keysAddress(),
                                "UNMASK_ACCESS_LOG_FILE", "stdout",
                                "QUARKUS_LOG_LEVEL", "TRACE"))) {
            String good = token(issuer, 10);

            assertThat(post(service, good).statusCode()).isEqualTo(200);
            assertThat(post(service, Service.KEY).statusCode()).isEqualTo(200);
            assertThat(Answers.refusal(post(service, token(issuer, -10)), 401)).isNotBlank();
            assertThat(Answers.refusal(post(service, good.substring(0, good.length() - 8) + "AAAAAAAA"), 401))
                    .isNotBlank();
            service.terminate();
            service.exitCode();
            assertThat(service.log()).contains("\"key\":\"oidc:reader\"").doesNotContain(good.substring(20, 60));
        }
    }

    @Test
    void whyAnIssuerIsNotAskedStandsInTheLogOnce() throws Exception {
        try (Issuer issuer = new Issuer();
                Service service = serviceWithout(issuer)) {
            String token = token(issuer, 10);
            for (int i = 0; i < 3; i++) {
                assertThat(Answers.refusal(post(service, token), 503)).isNotBlank();
            }
            assertThat(post(service, Service.KEY).statusCode()).isEqualTo(200);
            service.terminate();
            service.exitCode();
            assertThat(service.log())
                    .containsOnlyOnce("WARN")
                    .contains(issuer.address())
                    .contains("Connection refused")
                    .doesNotContain(token.substring(20, 60));
        }
    }

    private static Service serviceWithout(Issuer issuer) throws Exception {
        issuer.stop();
        return Service.ready(
                Program.folder(), Map.of("UNMASK_OIDC_ISSUER", issuer.address(), "UNMASK_OIDC_AUDIENCE", "unmask"));
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
