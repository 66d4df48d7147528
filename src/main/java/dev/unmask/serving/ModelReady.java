package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready: the model is loaded and warm, and the service isn't about to stop. */
@Readiness
@ApplicationScoped
public class ModelReady implements HealthCheck {
    private final Serving serving;

    /** Made by the container. */
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
