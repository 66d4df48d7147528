package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness: the model is loaded and warm, and the service isn't shutting down. */
@Readiness
@ApplicationScoped
public class ModelReady implements HealthCheck {
    private final Serving serving;

    /** Created by the container. */
    public ModelReady(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("model ready")
                .status(serving.ready().isPresent())
                .build();
    }
}
