package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import dev.unmask.http.Endpoint.Paths;
import dev.unmask.serving.ServedModel;
import dev.unmask.serving.Serving;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** TensorFlow Serving's {@code :predict}, which KServe calls protocol v1; docs/kserve.md is its contract. */
@Path(Paths.V1 + Paths.MODELS)
@Consumes(MediaType.WILDCARD)
@Tag(name = "KServe v1")
public class InstancesResource {
    private static final String INSTANCES = "instances";

    private final NamedModel named;
    private final Serving serving;
    private final Asking asking;

    /** Created by the container. */
    public InstancesResource(NamedModel named, Serving serving, Asking asking) {
        this.named = named;
        this.serving = serving;
        this.asking = asking;
    }

    record Models(List<String> models) {}

    /** The names of the served models, at most one. */
    @GET
    @Operation(operationId = "models", summary = "The model's name, as in the paths")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Models.class)))
    public Response models() {
        return Typed.json(new Models(serving.ready().map(named::name).stream().toList()));
    }

    /** Whether the model is ready. */
    @GET
    @Path("{model}")
    @SecurityRequirementsSet
    @Operation(operationId = "v1ModelReady", summary = "Whether the model is ready; 503 if not")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = OpenInferenceResource.ModelReady.class)))
    public Response ready(@PathParam("model") String model) {
        named.called(model);
        boolean ready = serving.ready().isPresent();
        return Typed.json(ready, new OpenInferenceResource.ModelReady(model, ready));
    }

    /** Fill-mask. */
    @POST
    @Path("{model}" + Paths.COLON_PREDICT)
    @NonBlocking
    @Operation(
            operationId = "v1Predict",
            summary = "Ranked predictions for each instance",
            description = ApiDocs.PREDICT)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = @ExampleObject(name = "two texts", value = ApiDocs.INSTANCES)))
    @APIResponse(
            responseCode = "200",
            description = "Predictions of each instance, best first",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "InstancesAnswer")))
    @APIResponse(responseCode = "400", ref = "Error")
    @APIResponse(responseCode = "401", ref = "Error")
    @APIResponse(responseCode = "404", ref = "Error")
    public CompletionStage<Response> predict(@PathParam("model") String name, @Context RoutingContext context) {
        ServedModel model = asking.model(context, () -> named.called(name));
        return CallersWords.where(
                INSTANCES,
                asking.answer(
                        context,
                        model,
                        (json, body) -> query(json.read(body, JsonBody.Form.INSTANCES), model.truncationLength()),
                        model.fillOneMask()::answer,
                        (query, answer) -> new Asking.Reply(new InstancesAnswer(answer), WireAnswer.warnings(answer))));
    }

    private static Query query(SentInstances sent, int longest) {
        SentStrings instances = sent.instances()
                .orElseThrow(() -> Fault.badRequest(
                        "The body has no key \"instances\"; it must be {\"instances\": [\"… [MASK] …\"]}."));
        List<String> texts = WireInputs.list(INSTANCES, "a string, or an object with \"text\"", instances);
        return WireParameters.read(sent.parameters(), longest).query(texts);
    }
}
