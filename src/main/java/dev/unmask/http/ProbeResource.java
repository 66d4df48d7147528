package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.serving.Serving;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The reference's health routes: {@code Ok}, as soon as requests can be answered. Open to all. */
@Path(Endpoint.Paths.ROOT)
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
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)))
    public Response root() {
        return ok();
    }

    /** The toolkit's health route. */
    @GET
    @Path(Endpoint.Paths.HEALTH)
    @Operation(operationId = "health", summary = "Ok, or 503 until the model is loaded")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)))
    public Response health() {
        return ok();
    }

    private Response ok() {
        if (serving.draining()) {
            throw Fault.notReady("The service is stopping.");
        }
        serving.model();
        return Typed.text("Ok");
    }
}
