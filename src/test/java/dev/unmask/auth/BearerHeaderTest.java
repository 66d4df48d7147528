package dev.unmask.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerHeaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer k3y", "bearer k3y", "BEARER k3y", "bEaReR k3y", "Bearer    k3y"})
    void theSchemeIsReadInAnyCase(String header) {
        assertThat(BearerHeader.token(List.of(header))).contains("k3y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "k3y",
                "Bearer",
                "Bearer ",
                "Bearerk3y",
                "Bearer\tk3y",
                " Bearer k3y",
                "Bearer k3y ",
                "Bearer k3 y",
                "Bearer k3y, Bearer k3y",
                "Bearer k\u00e9y",
                "Bearer k3y\n",
                "Bearer \u007f",
                "Basic k3y",
                "Token k3y",
                "Bear k3y"
            })
    void otherHeadersHoldNoToken(String header) {
        assertThat(BearerHeader.token(List.of(header))).isEmpty();
    }

    @Test
    void noHeaderAndSeveralHeadersHoldNoToken() {
        assertThat(BearerHeader.token(List.of())).isEmpty();
        assertThat(BearerHeader.token(List.of("Bearer k3y", "Bearer k3y"))).isEmpty();
        assertThat(BearerHeader.token(List.of("Bearer k3y", "Basic abc"))).isEmpty();
    }

    @Property
    void everyVisibleTokenIsReadAsItIs(
            @ForAll @CharRange(from = '!', to = '~') @StringLength(min = 1, max = 200) String token) {
        assertThat(BearerHeader.token(List.of("Bearer " + token))).contains(token);
    }

    @Property
    void anyTextIsReadAsAVisibleTokenOrNotAtAll(@ForAll String rest) {
        assertThat(BearerHeader.token(List.of(rest)).stream().toList())
                .allSatisfy(token -> assertThat(token).matches("[!-~]+"));
        assertThat(BearerHeader.token(List.of("Bearer " + rest)).stream().toList())
                .allSatisfy(token -> assertThat(token).matches("[!-~]+").isEqualTo(rest.stripLeading()));
    }
}
