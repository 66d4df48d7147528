package dev.unmask.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service comes to its end once it is told to stop. */
@ConfigMapping(prefix = "unmask.drain")
public interface DrainConfig {
    /** How long to go on as before, though not ready, so that load balancers hear of it before connections are refused. */
    @WithDefault("0s")
    Duration delay();

    /** How long to wait for what was accepted to be answered. */
    @WithDefault("30s")
    Duration timeout();
}
