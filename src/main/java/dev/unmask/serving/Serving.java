package dev.unmask.serving;

import dev.unmask.engine.NativeWork;
import dev.unmask.fault.Fault;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The model in service. It is loaded on its own thread while the server is already up, so that probes are answered and
 * requests get a 503; a model that can't be loaded ends the process.
 */
@ApplicationScoped
public class Serving {
    private static final Logger LOG = Logger.getLogger(Serving.class);

    /** The framework's settings without which there is no TLS on the API's port. */
    private static final List<String> SECURED = List.of(
            "quarkus.http.ssl.certificate.files",
            "quarkus.http.ssl.certificate.key-store-file",
            "quarkus.http.tls-configuration-name");

    /** How long a shutdown waits for a model that is being loaded, and then for the engine, in case one of them hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    /** How long a shutdown takes at most after the last answer. */
    public static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    private final ServingConfig config;
    private final LimitsConfig limits;
    private final Measured measured;
    private final AvailableMemory memory = new AvailableMemory();

    /** Whether anything is configured of TLS. */
    private final boolean secured;

    private volatile ServingState state = new ServingState.Loading();
    private Thread loader;

    /** Created by the container. */
    public Serving(ServingConfig config, LimitsConfig limits, Measured measured, Config settings) {
        this.measured = measured;
        this.secured = SECURED.stream()
                        .anyMatch(setting -> settings.getConfigValue(setting).getValue() != null)
                || !"none"
                        .equals(settings.getConfigValue("unmask.tls.client-auth")
                                .getValue());
        this.config = config;
        this.limits = limits;
    }

    /**
     * After all other observers, which may refuse a setting: a refused start must not start an import. Whether certificates
     * can be used turns out only when the server listens.
     */
    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        if (!secured) {
            begin();
        }
    }

    /** The server listens. */
    public void listens() {
        begin();
    }

    private synchronized void begin() {
        if (loader != null) {
            return;
        }
        loader = new Thread(this::load, "unmask-loader");
        loader.start();
    }

    private void load() {
        if (loadedFirst()) {
            NativeHeap.trim();
        }
    }

    /** Loads the first model; ends the process if that fails. */
    private boolean loadedFirst() {
        try {
            return serve(opened(anySize -> {}));
        } catch (RuntimeException | Error failed) {
            if (draining()) {
                LOG.info("The service stops before the model is loaded.");
                LOG.debug("The outcome of the loading.", failed);
                return false;
            }
            if (failed instanceof Fault refused) {
                LOG.error(refused.getMessage());
                LOG.debug("The model was refused.", refused);
            } else {
                LOG.error("The model could not be loaded.", failed);
            }
            Quarkus.asyncExit(1);
            return false;
        }
    }

    private ServedModel opened(LongConsumer room) {
        long begun = System.nanoTime();
        ServedModel loaded = ServedModel.load(config, limits, measured, room);
        announce(loaded, (System.nanoTime() - begun) / 1_000_000);
        return loaded;
    }

    /**
     * Loads the configured model beside the one in service, and replaces it. Requests in progress are answered by their
     * original model, which is closed when the last of them ends; this waits until then.
     *
     * @param before the model in service, from {@link #beginReload}
     * @return the model that is in service now
     * @throws Fault of the kinds that {@link ServedModel#load} throws, and STORAGE when there is no memory for two models;
     *     then the model in service stays. NOT_READY when the service stops meanwhile
     */
    ServedModel reload(ServedModel before) {
        ServedModel next = null;
        try {
            next = opened(memory::check);
        } finally {
            measured.reloaded(next != null);
            if (next == null) {
                become(new ServingState.Ready(before));
            }
        }
        if (!serve(next)) {
            throw stopping();
        }
        try {
            before.retire().join();
            before.close();
            NativeHeap.trim();
        } finally {
            become(new ServingState.Ready(next));
        }
        return next;
    }

    /**
     * Reserves the next reload, until {@link #reload} ends.
     *
     * @return the model in service
     * @throws Fault of kind NOT_READY while a model is being loaded and while the service stops
     */
    synchronized ServedModel beginReload() {
        if (state instanceof ServingState.Ready ready) {
            state = new ServingState.Reloading(ready.served());
            return ready.served();
        }
        if (state instanceof ServingState.Stopping) {
            throw stopping();
        }
        throw Fault.notReady("A model is already being loaded; try again later.");
    }

    /** Whether a reload is possible now. */
    boolean takesReload() {
        return state instanceof ServingState.Ready;
    }

    private static Fault stopping() {
        return Fault.notReady("The service is stopping.");
    }

    /** Puts a model in service, unless the service stops; then the model is closed. */
    private boolean serve(ServedModel next) {
        synchronized (this) {
            if (!(state instanceof ServingState.Stopping)) {
                measured.serving(next);
                state = state instanceof ServingState.Loading
                        ? new ServingState.Ready(next)
                        : new ServingState.Reloading(next);
                return true;
            }
        }
        next.close();
        return false;
    }

    /** A stopping service never changes its state again. */
    private synchronized void become(ServingState next) {
        if (!(state instanceof ServingState.Stopping)) {
            state = next;
        }
    }

    private void announce(ServedModel loaded, long milliseconds) {
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
        Speed speed = loaded.speed(config.queueTokens());
        LOG.infof(
                "About %d tokens a second on this machine: a text of %d tokens takes %d ms, UNMASK_REQUEST_TIMEOUT (%d ms)"
                        + " is enough for %d tokens, and UNMASK_QUEUE_TOKENS (%d) are %d s of work.",
                speed.tokensPerSecond(),
                loaded.limits().tokens(),
                speed.longestTextMs(),
                config.requestTimeout().toMillis(),
                speed.tokensWithinTimeout(),
                config.queueTokens(),
                speed.queueSeconds());
    }

    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownDelayInitiatedEvent event) {
        become(new ServingState.Stopping(loaded()));
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        become(new ServingState.Stopping(loaded()));
        Thread begun;
        synchronized (this) {
            begun = loader;
        }
        if (begun != null) {
            begun.interrupt();
            begun.join(PATIENCE.toMillis());
            if (begun.isAlive()) {
                LOG.warn("The service stops, though the model is still being loaded.");
            }
        }
        loaded().ifPresent(ServedModel::close);
        if (!NativeWork.OF_PROCESS.end(PATIENCE)) {
            LOG.warn("The service stops, though ONNX Runtime is still at work.");
        }
    }

    /**
     * The model, to inspect.
     *
     * @throws Fault of kind NOT_READY while it is being loaded
     */
    public ServedModel model() {
        return loaded().orElseThrow(() -> Fault.notReady("The model is being loaded; try again in a few seconds."));
    }

    /**
     * The model, to use. It stays open until it is {@linkplain ServedModel#release released}.
     *
     * @param chosen returns {@link #model}, or throws
     * @throws Fault like {@link #model}, and what {@code chosen} throws
     */
    public static ServedModel use(Supplier<ServedModel> chosen) {
        ServedModel model = chosen.get();
        while (!model.use()) {
            // Another model replaced it in between.
            model = chosen.get();
        }
        return model;
    }

    /** The model once it is loaded and warm. */
    public Optional<ServedModel> loaded() {
        return state.model();
    }

    /** The model, if it accepts new requests: it is loaded and warm, and the service isn't shutting down. */
    public Optional<ServedModel> ready() {
        return loaded().filter(model -> !draining());
    }

    /** Whether requests are answered, or will be. A stopping service counts as alive. */
    public boolean alive() {
        return draining() || loaded().map(ServedModel::alive).orElse(true);
    }

    /** Whether the service is shutting down and wants no new requests. */
    public boolean draining() {
        return state instanceof ServingState.Stopping;
    }
}
