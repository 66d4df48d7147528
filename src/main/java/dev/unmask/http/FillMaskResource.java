package dev.unmask.http;

import dev.unmask.serving.ServedModel;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Fill-mask, at the paths of the reference and of Azure ML. */
@Path(Endpoint.Paths.ROOT)
@Consumes(MediaType.WILDCARD)
@Tag(name = "fill-mask")
public class FillMaskResource {
    private final Asking asking;

    /** Created by the container. */
    public FillMaskResource(Asking asking) {
        this.asking = asking;
    }

    /** The toolkit's route. */
    @POST
    @NonBlocking
    @Operation(operationId = "fillMask", summary = "Ranked predictions for each mask", description = ApiDocs.FILL_MASK)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "FillMaskRequest"),
                            examples = {
                                @ExampleObject(name = "one mask", value = ApiDocs.ONE_MASK),
                                @ExampleObject(name = "targets", value = ApiDocs.TARGETS)
                            }))
    @APIResponse(
            responseCode = "200",
            description = "Predictions, best first",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FillMaskAnswer")))
    @APIResponse(responseCode = "400", ref = "Error")
    @APIResponse(responseCode = "401", ref = "Error")
    @APIResponse(responseCode = "413", ref = "Error")
    @APIResponse(responseCode = "429", ref = "Error")
    public CompletionStage<Response> fillMask(@Context RoutingContext context) {
        return answer(context);
    }

    /** The toolkit's other route, which the Azure ML catalogue's deployments use. */
    @POST
    @Path(Endpoint.Paths.PREDICT)
    @NonBlocking
    @Operation(operationId = "predict", summary = "The same as POST /")
    @RequestBody(content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FillMaskRequest")))
    @APIResponse(
            responseCode = "200",
            description = "As POST /",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FillMaskAnswer")))
    public CompletionStage<Response> predict(@Context RoutingContext context) {
        return answer(context);
    }

    /** The route of Azure ML's own inference server. */
    @POST
    @Path(Endpoint.Paths.SCORE)
    @NonBlocking
    @Operation(operationId = "score", summary = "The same as POST /")
    @RequestBody(content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FillMaskRequest")))
    @APIResponse(
            responseCode = "200",
            description = "As POST /",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FillMaskAnswer")))
    public CompletionStage<Response> score(@Context RoutingContext context) {
        return answer(context);
    }

    private CompletionStage<Response> answer(RoutingContext context) {
        ServedModel model = asking.model(context);
        MultiMap url = context.queryParams();
        return asking.answer(
                context,
                model,
                (json, body) -> WireQuery.read(json.read(body), model.truncationLength(), url),
                model.fillMask()::answer,
                (query, answer) -> new Asking.Reply(new WireAnswer(answer), WireAnswer.warnings(answer)));
    }
}
