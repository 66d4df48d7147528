package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.ServedModel;
import dev.unmask.serving.Serving;
import dev.unmask.serving.ServingConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The model, for protocols that name it in their paths. */
@ApplicationScoped
public class NamedModel {
    private final Serving serving;
    private final Optional<String> servedName;

    /** Created by the container. */
    public NamedModel(Serving serving, ServingConfig config) {
        this.serving = serving;
        this.servedName = config.servedName();
    }

    /**
     * The model with a name, whatever its version.
     *
     * @throws Fault of kind NOT_FOUND when it has another, NOT_READY while it is being loaded
     */
    ServedModel called(String name) {
        ServedModel model = serving.model();
        if (!name(model).equals(name)) {
            throw notHere();
        }
        return model;
    }

    /**
     * The model with a name and a version.
     *
     * @throws Fault as {@link #called(String)} does
     */
    ServedModel called(String name, String version) {
        ServedModel model = called(name);
        if (!version(model).equals(version)) {
            throw notHere();
        }
        return model;
    }

    /** Its name. */
    String name(ServedModel model) {
        return servedName.orElse(model.info().name());
    }

    /** Its version, which is the revision of its checkpoint. */
    static String version(ServedModel model) {
        return model.info().revision();
    }

    /** Doesn't disclose the name: some of these paths need no key. */
    private static Fault notHere() {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "There is no model of this name and version; GET %s and %s show the one that is served."
                        .formatted(Endpoint.Paths.V1 + Endpoint.Paths.MODELS, Endpoint.Paths.INFO));
    }
}
