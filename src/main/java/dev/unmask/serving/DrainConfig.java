package dev.unmask.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How the service shuts down. */
@ConfigMapping(prefix = "unmask.drain")
public interface DrainConfig {
    /** How long to keep working although not ready, so that load balancers notice before connections are refused. */
    @WithDefault("0s")
    @Min(0)
    @Max(SettingConstraints.HOUR)
    Duration delay();

    /** How long to wait until accepted requests are answered. */
    @WithDefault("40s")
    @Min(0)
    @Max(SettingConstraints.HOUR)
    Duration timeout();
}
