package dev.unmask.serving;

import dev.unmask.fault.Fault;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The model in service. It is loaded on a thread of its own while the server is already up, so that probes get an answer
 * and requests a 503; a model that can't be loaded ends the process.
 */
@ApplicationScoped
public class Serving {
    private static final Logger LOG = Logger.getLogger(Serving.class);

    /** How long a stop waits for a model that is being loaded. Whatever hangs there, a stop does not. */
    private static final long LOADER_MILLISECONDS = 5_000;

    private final ServingConfig config;
    private final LimitsConfig limits;
    private final Measured measured;

    private volatile ServedModel model;
    private volatile boolean draining;
    private Thread loader;

    /** Made by the container. */
    public Serving(ServingConfig config, LimitsConfig limits, Measured measured) {
        this.measured = measured;
        this.config = config;
        this.limits = limits;
    }

    /** After all others, which may still refuse a setting: a start that is refused begins no import. */
    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        loader = new Thread(this::load, "unmask-loader");
        loader.start();
    }

    private void load() {
        long begun = System.nanoTime();
        try {
            ServedModel loaded = ServedModel.load(config, limits, measured);
            announce(loaded, (System.nanoTime() - begun) / 1_000_000);
            model = loaded;
        } catch (RuntimeException | Error failed) {
            if (draining || processIsEnding()) {
                LOG.info("The service stops before the model is loaded.");
                LOG.debug("This is what became of the loading.", failed);
                return;
            }
            if (failed instanceof Fault refused) {
                LOG.error(refused.getMessage());
                LOG.debug("The model was refused.", refused);
            } else {
                LOG.error("The model could not be loaded.", failed);
            }
            Quarkus.asyncExit(1);
        }
    }

    /** Whatever fails then fails for that: libraries that register for the end are told that it is too late, for one. */
    private static boolean processIsEnding() {
        Thread hook = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException ending) {
            return true;
        }
    }

    private static void announce(ServedModel loaded, long milliseconds) {
        ModelInfo model = loaded.info();
        EngineInfo engine = loaded.engineInfo();
        loaded.warnings().forEach(LOG::warn);
        LOG.infof(
                "Serving the model \"%s\" (revision %s, %s) on the %s with %d threads, loaded in %d ms;"
                        + " this provider because %s.",
                model.name(),
                model.revision(),
                engine.precision(),
                engine.provider(),
                engine.threads(),
                milliseconds,
                engine.providerReason());
    }

    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownDelayInitiatedEvent event) {
        draining = true;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        draining = true;
        loader.join(LOADER_MILLISECONDS);
        if (loader.isAlive()) {
            LOG.warn("The service stops, though the model is still being loaded.");
        }
        ServedModel loaded = model;
        if (loaded != null) {
            loaded.close();
        }
    }

    /**
     * The model.
     *
     * @throws Fault of kind NOT_READY while it is being loaded
     */
    public ServedModel model() {
        return loaded().orElseThrow(() ->
                new Fault(Fault.Kind.NOT_READY, "The model is being loaded; try again in a few seconds."));
    }

    /** The model once it is loaded and warm. */
    public Optional<ServedModel> loaded() {
        return Optional.ofNullable(model);
    }

    /** Whether the service is about to stop and wants no new requests. */
    public boolean draining() {
        return draining;
    }
}
