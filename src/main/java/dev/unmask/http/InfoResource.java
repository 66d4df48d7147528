package dev.unmask.http;

import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.Serving;
import dev.unmask.serving.ServingConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The model, the engine and the limits. */
@Path(Endpoint.Paths.INFO)
@Tag(name = "service")
public class InfoResource {
    private final Serving serving;
    private final ServingConfig config;
    private final LimitsConfig limits;
    private final Budgets budgets;
    private final String version;

    /** Created by the container. */
    public InfoResource(
            Serving serving,
            ServingConfig config,
            LimitsConfig limits,
            Budgets budgets,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.serving = serving;
        this.config = config;
        this.limits = limits;
        this.budgets = budgets;
        this.version = version;
    }

    /** Model, engine, limits and versions. */
    @GET
    @Operation(operationId = "info", summary = "Model, engine, limits and versions")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ServiceInfo.class)))
    public Response info() {
        return Typed.json(ServiceInfo.of(serving.model(), limits, config.queueTokens(), budgets, version));
    }
}
