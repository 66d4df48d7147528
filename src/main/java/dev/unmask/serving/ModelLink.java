package dev.unmask.serving;

import dev.unmask.fault.Fault;
import dev.unmask.importing.Models;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where {@code UNMASK_MODEL} leads to, by links or not. When that changes, the model is to be loaded anew: a store whose
 * link {@code current} is turned to another entry, for one.
 */
final class ModelLink {
    private final Models models;
    private final String model;
    private Optional<Path> seen;

    /**
     * @param models finds it
     * @param model as it is configured
     */
    ModelLink(Models models, String model) {
        this.models = models;
        this.model = model;
        this.seen = target();
    }

    /** Whether it leads elsewhere than when this was asked last, or than at first. A link that leads nowhere is a change, too. */
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
