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
import org.jboss.logging.Logger.Level;

/** Reloads the model on request, and when the target of {@code UNMASK_MODEL} changes. One reload at a time. */
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

    /** Created by the container. */
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
     * Reloads the model.
     *
     * @return the model in service afterwards, or why it is still the previous one, as in {@link Serving#beginReload} and
     *     {@link Serving#reload}
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
        // A change that is noticed too early would be lost.
        if (!serving.takesReload() || !link.changed()) {
            return;
        }
        try {
            reload(serving.beginReload());
        } catch (Fault refused) {
            LOG.debug("The reload was refused.", refused);
        } catch (RuntimeException | Error failed) {
            OutOfMemory.endProcessIf(failed);
            LOG.error("The model could not be reloaded; the one in service stays.", failed);
        }
    }

    private ServedModel reload(ServedModel before) {
        LOG.info("Reloading the model, beside the one in service.");
        try {
            // The current target is what is loaded.
            link.changed();
            return serving.reload(before);
        } catch (Fault refused) {
            boolean stopping = refused.kind() == Fault.Kind.NOT_READY;
            LOG.logf(stopping ? Level.INFO : Level.ERROR, "%s The model in service stays.", refused.getMessage());
            throw refused;
        }
    }
}
