package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Startup: the model is loaded. */
@Startup
@ApplicationScoped
public class ModelStarted implements HealthCheck {
    private final Serving serving;

    /** Created by the container. */
    public ModelStarted(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("model loaded")
                .status(serving.loaded().isPresent())
                .build();
    }
}
