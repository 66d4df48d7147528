package dev.unmask.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What Azure ML's gateway would say of a deployment, for clients that rely on it. */
@ConfigMapping(prefix = "unmask.azureml")
public interface AzureConfig {
    /** The deployment's name: sent with every answer, and any other that a request asks for is answered 404. */
    Optional<String> deployment();

    /** Whether failures of the model's endpoints are answered 424, as by the gateway. */
    @WithDefault("false")
    boolean gateway();
}
