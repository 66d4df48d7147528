package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.http.AccessLogConfig;
import dev.unmask.http.AzureConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.validation.constraints.Min;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which settings are refused when the configuration is read. */
class SettingConstraintsTest {
    private static final List<Class<?>> MAPPINGS = List.of(
            ServingConfig.class, LimitsConfig.class, DrainConfig.class, AccessLogConfig.class, AzureConfig.class);

    private static void read(Map<String, String> properties) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 100));
        new SettingConstraints().configBuilder(builder);
        MAPPINGS.forEach(builder::withMapping);
        builder.build();
    }

    @Test
    void defaultsAreAccepted() {
        assertThatCode(() -> read(Map.of())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "unmask.limits.inputs, 1, 0, UNMASK_LIMITS_INPUTS",
        "unmask.limits.inputs, 65536, 65537, between 1 and 65536",
        "unmask.limits.body, 2147483647, 2G, UNMASK_LIMITS_BODY",
        "unmask.limits.body, 1, 0, but is 0",
        "unmask.limits.tokens, 3, 2, at least 3",
        "unmask.limits.json-depth, 4, 3, UNMASK_LIMITS_JSON_DEPTH",
        "unmask.limits.key-requests, 1, 0, UNMASK_LIMITS_KEY_REQUESTS",
        "unmask.limits.key-tokens, 1000000000, 1000000001, UNMASK_LIMITS_KEY_TOKENS",
        "unmask.limits.header-timeout, 0.001s, 0s, (in milliseconds) must be between 1 and 3600000",
        "unmask.request-timeout, 180s, 180.001s, between 1 and 180000",
        "unmask.drain.delay, 0s, -1s, UNMASK_DRAIN_DELAY",
        "unmask.drain.timeout, 1h, 61m, but is 3660000",
        "unmask.cuda-memory-limit, 64M, 67108863, at least 67108864",
        "unmask.queue-tokens, 512, 511, UNMASK_QUEUE_TOKENS",
        "unmask.access-log.keep, 0, -1, UNMASK_ACCESS_LOG_KEEP",
        "unmask.served-name, cxr-bert, cxr/bert, a part of paths",
        "unmask.azureml.deployment, blue-2, 2-blue, UNMASK_AZUREML_DEPLOYMENT",
    })
    void theLastValuesInsideAreAcceptedAndTheNextOnesNamed(String property, String good, String bad, String said) {
        assertThatCode(() -> read(Map.of(property, good))).doesNotThrowAnyException();
        assertThatThrownBy(() -> read(Map.of(property, bad)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining(said);
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> read(
                        Map.of("unmask.limits.masks", "0", "unmask.limits.targets", "0", "unmask.queue-tokens", "1")))
                .hasMessageContaining("UNMASK_LIMITS_MASKS")
                .hasMessageContaining("UNMASK_LIMITS_TARGETS")
                .hasMessageContaining("UNMASK_QUEUE_TOKENS");
    }

    private static Stream<Method> amounts() {
        Set<Class<?>> amounts =
                Set.of(int.class, long.class, OptionalInt.class, OptionalLong.class, Duration.class, MemorySize.class);
        return MAPPINGS.stream()
                .flatMap(mapping -> Arrays.stream(mapping.getMethods()))
                .filter(setting -> amounts.contains(setting.getReturnType())
                        || setting.getGenericReturnType().getTypeName().contains(MemorySize.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("amounts")
    void everyAmountHasALeastValue(Method setting) {
        assertThat(setting.isAnnotationPresent(Min.class)).isTrue();
    }

    @Test
    void settingsOfOthersAreNotLookedAt() {
        assertThatCode(() -> new SettingConstraints()
                        .validateMapping(Map.class, "quarkus", Map.of("something", "of another library")))
                .doesNotThrowAnyException();
    }
}
