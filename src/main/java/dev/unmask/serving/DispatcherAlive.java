package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Liveness: the dispatcher's thread runs, and its current batch doesn't take far longer than the largest one at start. Load
 * doesn't matter: a busy service is not restarted.
 */
@Liveness
@ApplicationScoped
public class DispatcherAlive implements HealthCheck {
    private final Serving serving;

    /** Created by the container. */
    public DispatcherAlive(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("dispatcher alive")
                .status(serving.alive())
                .build();
    }
}
