package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive: the dispatcher's thread runs, and is not at one batch for far longer than the largest took at start. Load says nothing
 * about life: a busy service is not restarted.
 */
@Liveness
@ApplicationScoped
public class DispatcherAlive implements HealthCheck {
    private final Serving serving;

    /** Made by the container. */
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
