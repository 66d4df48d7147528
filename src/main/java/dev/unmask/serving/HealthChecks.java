package dev.unmask.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** What the probes of the management port report. */
@ApplicationScoped
public class HealthChecks {
    private final Serving serving;

    /** Created by the container. */
    public HealthChecks(Serving serving) {
        this.serving = serving;
    }

    /**
     * Liveness: the dispatcher's thread runs, and its current batch doesn't take far longer than the largest one at start.
     * Load doesn't matter: a busy service is not restarted.
     */
    @Produces
    @Liveness
    @ApplicationScoped
    HealthCheck alive() {
        return () -> check("dispatcher alive", serving.alive());
    }

    /** Readiness: the model is loaded and warm, and the service isn't shutting down. */
    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck ready() {
        return () -> check("model ready", serving.ready().isPresent());
    }

    /** Startup: the model is loaded. */
    @Produces
    @Startup
    @ApplicationScoped
    HealthCheck started() {
        return () -> check("model loaded", serving.loaded().isPresent());
    }

    private static HealthCheckResponse check(String name, boolean up) {
        return HealthCheckResponse.named(name).status(up).build();
    }
}
