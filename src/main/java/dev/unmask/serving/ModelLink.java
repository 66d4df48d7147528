package dev.unmask.serving;

import dev.unmask.fault.Fault;
import dev.unmask.importing.Models;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The target of {@code UNMASK_MODEL}, following links. When it changes, the model is reloaded, for example when a store's
 * link {@code current} is switched to another entry.
 */
final class ModelLink {
    private final Models models;
    private final String model;
    private Optional<Path> seen;

    /**
     * @param models resolves the model
     * @param model the configured model
     */
    ModelLink(Models models, String model) {
        this.models = models;
        this.model = model;
        this.seen = target();
    }

    /** Whether the target changed since the last call, or since the start. A dangling link is a change, too. */
    boolean changed() {
        Optional<Path> now = target();
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
    }

    private Optional<Path> target() {
        try {
            return models.located(model);
        } catch (Fault leadsNowhere) {
            return Optional.empty();
        }
    }
}
