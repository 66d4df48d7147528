package dev.unmask.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/** Compatibility with Azure ML's gateway, for clients that rely on it. */
@ConfigMapping(prefix = "unmask.azureml")
public interface AzureConfig {
    /** The deployment's name: sent with every answer; requests for any other are answered with 404. */
    @Pattern(
            regexp = "[A-Za-z][A-Za-z0-9-]{1,31}",
            message = "a deployment's name has 2 to 32 letters, digits and hyphens, and begins with a letter")
    Optional<String> deployment();

    /** Whether failures of the model's endpoints are answered with 424, like the gateway. */
    @WithDefault("false")
    boolean gateway();
}
