package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.engine.Provider;
import dev.unmask.fault.Fault;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many tokens a batch may have. */
class SettingsTest {
    private static final Provider CPU = new Provider("CPUExecutionProvider", "");
    private static final Provider CUDA = new Provider("CUDAExecutionProvider", "");

    @Test
    void aBatchHasRoomForMoreOnAGpuThanOnProcessors() {
        Settings unset = settings(Map.of());

        assertThat(unset.batches(128, CPU, false).tokens()).isEqualTo(512);
        assertThat(unset.batches(128, CUDA, false).tokens()).isEqualTo(16_384);
    }

    @Test
    void aBatchHasRoomForTheLongestTextAndForWhatIsConfigured() {
        assertThat(settings(Map.of()).batches(20_000, CUDA, false).tokens()).isEqualTo(20_000);
        assertThat(settings(Map.of("unmask.batch-tokens", "700"))
                        .batches(512, CUDA, false)
                        .tokens())
                .isEqualTo(700);
        assertThatThrownBy(() -> settings(Map.of("unmask.batch-tokens", "511")).checkBatches(512))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageContaining("UNMASK_BATCH_TOKENS");
    }

    private static Settings settings(Map<String, String> properties) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(ServingConfig.class)
                .withMapping(LimitsConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build();
        return Settings.of(config.getConfigMapping(ServingConfig.class), config.getConfigMapping(LimitsConfig.class));
    }
}
