package dev.unmask.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredKeysTest {

    /** Stands for the settings of other packages, which share the prefix. */
    @ConfigMapping(prefix = "unmask")
    public interface OtherSettings {
        /** Some setting. */
        @WithDefault("demo")
        String model();
    }

    @Test
    void bothSettingsAreReadFromTheEnvironmentBesideOtherMappings() {
        SmallRyeConfig config = config(Map.of(
                "UNMASK_API_KEY", "correct-horse",
                "UNMASK_AUTH_KEYS_DIR", "/etc/unmask/keys",
                "UNMASK_MODEL", "other"));

        assertThat(config.getConfigMapping(ApiKeySettings.class).apiKey()).contains("correct-horse");
        assertThat(config.getConfigMapping(AuthSettings.class).keysDir()).contains(Path.of("/etc/unmask/keys"));
        assertThat(config.getConfigMapping(OtherSettings.class).model()).isEqualTo("other");
    }

    @Test
    void bothSettingsMayBeAbsent() {
        SmallRyeConfig config = config(Map.of());

        assertThat(config.getConfigMapping(ApiKeySettings.class).apiKey()).isEmpty();
        assertThat(config.getConfigMapping(AuthSettings.class).keysDir()).isEmpty();
        assertThatCode(() -> ConfiguredKeys.refuseEmpty(config, "unmask.api-key", "UNMASK_API_KEY"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "${NOT_THERE:}"})
    void anEmptyValueLooksAbsentToAMappingAndIsRefused(String value) {
        SmallRyeConfig config = config(Map.of("UNMASK_API_KEY", value, "UNMASK_AUTH_KEYS_DIR", value));

        assertThatThrownBy(() -> ConfiguredKeys.refuseEmpty(config, "unmask.api-key", "UNMASK_API_KEY"))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("UNMASK_API_KEY is set but empty");
        assertThatThrownBy(() -> ConfiguredKeys.refuseEmpty(config, "unmask.auth.keys-dir", "UNMASK_AUTH_KEYS_DIR"))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("UNMASK_AUTH_KEYS_DIR is set but empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a$b$c", "a\\b,c", "$", "a{b}c", "100%"})
    void aKeyWithSignsArrivesAsItWasSet(String key) {
        SmallRyeConfig config = config(Map.of("UNMASK_API_KEY", key));

        assertThat(config.getConfigMapping(ApiKeySettings.class).apiKey()).contains(key);
    }

    /** As strict about unknown settings as a configuration can be. */
    private static SmallRyeConfig config(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withMapping(AuthSettings.class)
                .withMapping(ApiKeySettings.class)
                .withMapping(OtherSettings.class)
                .withValidateUnknown(true)
                .withSources(new EnvConfigSource(environment, 300))
                .build();
    }
}
