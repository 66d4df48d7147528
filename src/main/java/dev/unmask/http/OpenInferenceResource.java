package dev.unmask.http;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The Open Inference Protocol, version 2, over REST, as KServe's clients use it; docs/kserve.md is its contract. */
@Path(Paths.V2)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Open Inference Protocol")
public class OpenInferenceResource {
    /** The size of a variable dimension. */
    private static final int ANY = -1;

    private final NamedModel named;
    private final Serving serving;
    private final Asking asking;
    private final String version;

    /** Created by the container. */
    public OpenInferenceResource(
            NamedModel named,
            Serving serving,
            Asking asking,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.named = named;
        this.serving = serving;
        this.asking = asking;
        this.version = version;
    }

    /** The server's metadata. */
    record Server(String name, String version, List<String> extensions) {}

    record Live(boolean live) {}

    record Ready(boolean ready) {}

    record ModelReady(String name, boolean ready) {}

    /** The model's metadata. */
    record Model(String name, List<String> versions, String platform, List<Tensor> inputs, List<Tensor> outputs) {}

    record Tensor(String name, String datatype, List<Integer> shape) {}

    /** Name and version of the server. */
    @GET
    @Operation(operationId = "serverMetadata", summary = "Name and version of the server")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Server.class)))
    public Response server() {
        return Typed.json(new Server("unmask", version, List.of()));
    }

    /** Whether the server is live. */
    @GET
    @Path(Paths.LIVE)
    @SecurityRequirementsSet
    @Operation(operationId = "serverLive", summary = "Whether the server is live; 503 if not")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Live.class)))
    public Response live() {
        boolean live = serving.alive();
        return Typed.json(live, new Live(live));
    }

    /** Whether the server is ready. */
    @GET
    @Path(Paths.READY)
    @SecurityRequirementsSet
    @Operation(operationId = "serverReady", summary = "Whether the server is ready; 503 if not")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Ready.class)))
    public Response ready() {
        boolean ready = serving.ready().isPresent();
        return Typed.json(ready, new Ready(ready));
    }

    /** Tensors and versions of the model. */
    @GET
    @Path(Paths.MODEL)
    @Operation(operationId = "modelMetadata", summary = "Tensors and versions of the model")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Model.class)))
    public Response model(@PathParam("model") String model) {
        return Typed.json(described(named.called(model)));
    }

    /** The same for a version. */
    @GET
    @Path(Paths.VERSION)
    @Operation(operationId = "modelVersionMetadata", summary = "Tensors and versions of the model")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Model.class)))
    public Response version(@PathParam("model") String model, @PathParam("version") String wanted) {
        return Typed.json(described(named.called(model, wanted)));
    }

    /** Whether the model is ready. */
    @GET
    @Path(Paths.MODEL + Paths.IS_READY)
    @SecurityRequirementsSet
    @Operation(operationId = "modelReady", summary = "Whether the model is ready; 503 if not")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelReady.class)))
    public Response modelReady(@PathParam("model") String model) {
        return ready(named.called(model));
    }

    /** The same for a version. */
    @GET
    @Path(Paths.VERSION + Paths.IS_READY)
    @SecurityRequirementsSet
    @Operation(operationId = "modelVersionReady", summary = "Whether the model is ready; 503 if not")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelReady.class)))
    public Response versionReady(@PathParam("model") String model, @PathParam("version") String wanted) {
        return ready(named.called(model, wanted));
    }

    /** Fill-mask. */
    @POST
    @Path(Paths.MODEL + Paths.INFER)
    @NonBlocking
    @Operation(operationId = "modelInfer", summary = "Ranked predictions, as tensors", description = ApiDocs.INFER)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "two texts", value = ApiDocs.TENSOR)))
    @APIResponse(
            responseCode = "200",
            description = "A tensor for each of score, token, token_str and sequence",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "InferenceAnswer")))
    @APIResponse(responseCode = "400", ref = "Error")
    @APIResponse(responseCode = "401", ref = "Error")
    @APIResponse(responseCode = "404", ref = "Error")
    public CompletionStage<Response> infer(@PathParam("model") String model, @Context RoutingContext context) {
        return infer(asking.model(context, () -> named.called(model)), context);
    }

    /** The same for a version. */
    @POST
    @Path(Paths.VERSION + Paths.INFER)
    @NonBlocking
    @Operation(operationId = "modelVersionInfer", summary = "Ranked predictions, as tensors")
    @RequestBody(content = @Content(mediaType = MediaType.APPLICATION_JSON))
    @APIResponse(
            responseCode = "200",
            description = "As without a version",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "InferenceAnswer")))
    public CompletionStage<Response> infer(
            @PathParam("model") String model, @PathParam("version") String wanted, @Context RoutingContext context) {
        return infer(asking.model(context, () -> named.called(model, wanted)), context);
    }

    private CompletionStage<Response> infer(ServedModel model, RoutingContext context) {
        String name = named.name(model);
        return CallersWords.where(
                Inference.DATA,
                asking.answer(
                        context,
                        model,
                        (json, body) ->
                                Inference.read(json.read(body, JsonBody.Form.TENSORS), model.truncationLength()),
                        (inference, arrived, account) ->
                                model.fillOneMask().answer(inference.query(), arrived, account),
                        (inference, answer) -> new Asking.Reply(
                                new InferenceAnswer(name, NamedModel.version(model), inference, answer),
                                WireAnswer.warnings(answer))));
    }

    private Model described(ServedModel model) {
        return new Model(
                named.name(model),
                List.of(NamedModel.version(model)),
                "onnx_onnxv1",
                List.of(new Tensor(Inference.TEXT, Inference.BYTES, List.of(ANY))),
                Arrays.stream(Inference.Output.values())
                        .map(output -> new Tensor(output.label(), output.datatype(), List.of(ANY, ANY)))
                        .toList());
    }

    private Response ready(ServedModel model) {
        boolean ready = serving.ready().isPresent();
        return Typed.json(ready, new ModelReady(named.name(model), ready));
    }
}
