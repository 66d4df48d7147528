package dev.unmask.serving;

import dev.unmask.fault.Fault;
import dev.unmask.importing.Models;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Loads the model anew, when it is told to and when what {@code UNMASK_MODEL} names leads elsewhere. One at a time. */
@ApplicationScoped
public class Reload {
    private static final Logger LOG = Logger.getLogger(Reload.class);
    private static final long LOOKED_AT_EVERY_SECONDS = 2;

    private final Serving serving;
    private final ServingConfig config;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread reloading = new Thread(work, "unmask-reload");
        reloading.setDaemon(true);
        return reloading;
    });

    private ModelLink link;

    /** Made by the container. */
    public Reload(Serving serving, ServingConfig config) {
        this.serving = serving;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        link = new ModelLink(new Models(config.modelStore()), config.model());
        thread.scheduleWithFixedDelay(this::look, LOOKED_AT_EVERY_SECONDS, LOOKED_AT_EVERY_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }

    /**
     * Loads the model anew.
     *
     * @return the model in service then, or why it is still the one before, as {@link Serving#beginReload} and {@link Serving#reload} have it
     */
    public CompletableFuture<ServedModel> now() {
        try {
            ServedModel before = serving.beginReload();
            return CompletableFuture.supplyAsync(() -> reload(before), thread);
        } catch (Fault refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private void look() {
        // A change that is seen too early would be forgotten.
        if (!serving.takesReload() || !link.changed()) {
            return;
        }
        try {
            reload(serving.beginReload());
        } catch (Fault told) {
            LOG.debug("The reload was refused.", told);
        } catch (RuntimeException | Error failed) {
            OutOfMemory.endProcessIf(failed);
            LOG.error("The model could not be loaded anew; the one in service goes on.", failed);
        }
    }

    private ServedModel reload(ServedModel before) {
        LOG.info("Loading the model anew, beside the one in service.");
        try {
            // Whatever it leads to now is what is loaded.
            link.changed();
            return serving.reload(before);
        } catch (Fault refused) {
            LOG.errorf("%s The model in service goes on.", refused.getMessage());
            throw refused;
        }
    }
}
