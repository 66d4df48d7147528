package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.SettingConstraints;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much a key may ask for. */
class KeyLimitsTest {
    private static KeyLimits limits(Map<String, String> settings) {
        return new KeyLimits(new SmallRyeConfigBuilder()
                .addDefaultSources()
                .withDefaultValues(settings)
                .withMapping(LimitsConfig.class)
                .withValidator(new SettingConstraints())
                .withConverters(new org.eclipse.microprofile.config.spi.Converter<?>[] {
                    new io.quarkus.runtime.configuration.MemorySizeConverter(),
                    new io.quarkus.runtime.configuration.DurationConverter()
                })
                .build()
                .getConfigMapping(LimitsConfig.class));
    }

    @Test
    void whereNothingIsSetNothingIsLimited() {
        KeyLimits limits = limits(Map.of());

        assertThatCode(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        limits.request("a");
                        limits.tokens("a", 1_000_000);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aKeyThatAsksTooOftenIsToldWhenItMayAgainAndOthersAreNotAffected() {
        KeyLimits limits = limits(Map.of("unmask.limits.key-requests", "3"));
        limits.request("a");
        limits.request("a");
        limits.request("a");

        assertThatThrownBy(() -> {
                    limits.request("a");
                    limits.request("a");
                })
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.kind()).isEqualTo(Fault.Kind.RATE_LIMITED);
                    assertThat(fault.retrySeconds()).isEqualTo(1);
                })
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("3 requests");
        assertThatCode(() -> limits.request("b")).doesNotThrowAnyException();
    }

    @Test
    void tokensComeBackOverTheMinute() {
        KeyLimits limits = limits(Map.of("unmask.limits.key-tokens", "600"));
        limits.tokens("a", 600);

        assertThatThrownBy(() -> limits.tokens("a", 300))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.retrySeconds()).isBetween(28, 31));
    }

    @Test
    void aRequestLargerThanAMinutesWorthIsTakenOnce() {
        KeyLimits limits = limits(Map.of("unmask.limits.key-tokens", "600"));
        limits.tokens("a", 100_000);

        assertThatThrownBy(() -> limits.tokens("a", 1)).isInstanceOf(Fault.class);
    }

    @Test
    void aLimitThatNothingMeetsIsRefused() {
        assertThatThrownBy(() -> limits(Map.of("unmask.limits.key-requests", "0")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("UNMASK_LIMITS_KEY_REQUESTS");
    }
}
