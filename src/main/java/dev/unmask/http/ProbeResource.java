package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.Serving;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The reference's health routes: {@code Ok}, as soon as requests can be answered. Open to all. */
@Path(Endpoint.Paths.ROOT)
@Produces(MediaType.TEXT_PLAIN)
@Tag(name = "service")
@SecurityRequirementsSet
public class ProbeResource {
    private final Serving serving;

    /** Created by the container. */
    public ProbeResource(Serving serving) {
        this.serving = serving;
    }

    /** The root. */
    @GET
    @Operation(operationId = "root", summary = "Ok, or 503 until the model is loaded")
    public String root() {
        return ok();
    }

    /** The toolkit's health route. */
    @GET
    @Path(Endpoint.Paths.HEALTH)
    @Operation(operationId = "health", summary = "Ok, or 503 until the model is loaded")
    public String health() {
        return ok();
    }

    private String ok() {
        if (serving.draining()) {
            throw new Fault(Fault.Kind.NOT_READY, "The service is stopping.");
        }
        serving.model();
        return "Ok";
    }
}
