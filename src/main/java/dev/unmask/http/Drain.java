package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.DrainConfig;
import dev.unmask.serving.Ending;
import dev.unmask.serving.Serving;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * A shutdown that loses no request. On the signal, the service immediately stops being ready, but works as before during
 * the delay; then it accepts no more connections and answers the requests on existing ones. Only then does the framework
 * stop the server. The management port answers until then.
 */
@ApplicationScoped
public class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    private final DrainConfig config;
    private final Serving serving;
    private final HttpServer server;

    /** Created by the container. */
    public Drain(
            DrainConfig config,
            Serving serving,
            HttpServer server,
            @ConfigProperty(name = "quarkus.shutdown.delay") Optional<String> otherDelay) {
        otherDelay.ifPresent(set -> {
            throw Fault.configuration(
                    "QUARKUS_SHUTDOWN_DELAY is set, which would delay the stop after the last answer; set UNMASK_DRAIN_DELAY instead.");
        });
        this.config = config;
        this.serving = serving;
        this.server = server;
    }

    /** Forces creation at start, so that settings are checked. */
    void start(@Observes StartupEvent event) {
        Ending.again();
        Ending.within(config.delay().plus(config.timeout()).plus(Serving.LONGEST_STOP));
    }

    /** After all other observers: readiness is down by then. */
    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent event) {
        try {
            // A service that never became ready has no requests to wait for.
            if (serving.loaded().isPresent()) {
                Thread.sleep(config.delay().toMillis());
            }
            // Where it really listens: the configured port may be 0, any free one.
            int managementPort = server.getManagementPort();
            long left = ConnectionGuard.connections()
                    .drain(port -> port != managementPort, config.timeout().toMillis());
            if (left > 0) {
                LOG.warnf(
                        "%d connections are still open after UNMASK_DRAIN_TIMEOUT and are closed, answered or not.",
                        left);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
