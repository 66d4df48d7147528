package dev.unmask.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Compatibility with Azure ML's gateway, for clients that rely on it. */
@ConfigMapping(prefix = "unmask.azureml")
public interface AzureConfig {
    /** The deployment's name: sent with every answer; requests for any other are answered with 404. */
    Optional<String> deployment();

    /** Whether failures of the model's endpoints are answered with 424, like the gateway. */
    @WithDefault("false")
    boolean gateway();
}
