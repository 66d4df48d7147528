package dev.unmask.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub's address, the token, proxies and waits. */
class HubSettingsTest {
    private static final URI HUB = URI.create("https://hub.example:8443/api");

    @TempDir
    private Path folder;

    private static Proxy proxy(Map<String, String> environment, String uri) {
        return EnvironmentProxies.of(environment).select(URI.create(uri)).get(0);
    }

    @Test
    void withoutSettingsItIsThePublicHubWithoutAToken() {
        HubSettings settings = HubSettings.of(Map.of());

        assertThat(settings.endpoint()).hasScheme("https").hasHost("huggingface.co");
        assertThat(settings.token()).isNull();
    }

    @Test
    void slashesAtTheEndAndBlanksAreDropped() {
        HubSettings settings =
                HubSettings.of(Map.of("HF_ENDPOINT", " http://mirror:8080/hub// ", "HF_TOKEN", " hf_x\n"));

        assertThat(settings.endpoint()).isEqualTo(URI.create("http://mirror:8080/hub"));
        assertThat(settings.token()).isEqualTo("hf_x");
        assertThat(settings.toString()).doesNotContain("hf_x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror",
                "ftp://mirror",
                "https://",
                "https://user:secret@mirror",
                "https://m/?q=1",
                "http://a b"
            })
    void aMalformedAddressIsRefusedAndNotRepeated(String endpoint) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint)))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("HF_ENDPOINT must be https://")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf secret", "secret\r\nX: y", "sécret"})
    void aMalformedTokenIsRefusedAndNotRepeated(String token) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", token)))
                .hasMessageStartingWith("HF_TOKEN must be one word")
                .hasMessageNotContaining("cret");
    }

    @Test
    void proxiesAreChosenByTheAddresssKind() {
        Map<String, String> both = Map.of("https_proxy", "http://one:3128", "HTTP_PROXY", "two:8080");

        assertThat(proxy(both, HUB.toString()).address()).isEqualTo(new InetSocketAddress("one", 3128));
        assertThat(proxy(both, "http://hub.example").address()).isEqualTo(new InetSocketAddress("two", 8080));
        assertThat(proxy(Map.of("all_proxy", "http://three"), HUB.toString()).address())
                .isEqualTo(new InetSocketAddress("three", 80));
    }

    @ParameterizedTest
    @CsvSource({
        "hub.example, true",
        "example, true",
        ".example, true",
        "'other, HUB.example ', true",
        "hub.example:8443, true",
        "*, true",
        "hub.example:80, false",
        "b.example, false",
        "'', false"
    })
    void someHostsAreReachedDirectly(String exceptions, boolean direct) {
        Proxy chosen = proxy(Map.of("https_proxy", "http://one:3128", "no_proxy", exceptions), HUB.toString());

        assertThat(chosen.type() == Proxy.Type.DIRECT).isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://proxy:1080", "http://", "http://user:secret@", "http://a b"})
    void aMalformedProxyIsRefusedAndNotRepeated(String address) {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("https_proxy", address)))
                .hasMessageStartingWith("https_proxy is not the address of an HTTP proxy")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "120, 120",
        "0, 0",
        "'Wed, 21 Oct 2015 07:28:30 GMT', 30",
        "'Wed, 21 Oct 2015 07:27:00 GMT', 0",
        "soon, 0",
        "-5, 0",
        "'', 0",
        "99999999999999999999, 0"
    })
    void aServersWishToWaitIsUnderstood(String header, long seconds) {
        assertThat(Retries.asked(header, Instant.parse("2015-10-21T07:28:00Z"))).isEqualTo(Duration.ofSeconds(seconds));
    }
}
