package dev.unmask.http;

import dev.unmask.embedding.Embedder;
import dev.unmask.fault.Fault;
import dev.unmask.serving.ServedModel;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Text embeddings, for models with a projection head. */
@Path(Endpoint.Paths.EMBEDDINGS)
@Consumes(MediaType.WILDCARD)
@Tag(name = "embeddings")
public class EmbeddingResource {
    private final Asking asking;

    /** Created by the container. */
    public EmbeddingResource(Asking asking) {
        this.asking = asking;
    }

    /** Returns a vector for each text. */
    @POST
    @NonBlocking
    @Operation(operationId = "embed", summary = "A vector of length 1 for each text", description = ApiDocs.EMBEDDINGS)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "EmbeddingRequest"),
                            examples = @ExampleObject(name = "two texts", value = ApiDocs.TWO_TEXTS)))
    @APIResponse(
            responseCode = "200",
            description = "The embeddings, in the order of the texts",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "EmbeddingAnswer")))
    @APIResponse(responseCode = "400", ref = "Error")
    @APIResponse(responseCode = "401", ref = "Error")
    @APIResponse(responseCode = "404", ref = "Error")
    @APIResponse(responseCode = "413", ref = "Error")
    @APIResponse(responseCode = "429", ref = "Error")
    public CompletionStage<Response> embed(@Context RoutingContext context) {
        ServedModel model = asking.model(context);
        Embedder embedder = embedder(model);
        return asking.answer(
                context,
                model,
                (json, body) -> WireEmbeddingQuery.read(json.read(body), model.truncationLength()),
                embedder::embed,
                (query, embeddings) -> new Asking.Reply(new WireEmbeddings(embeddings), List.of()));
    }

    private static Embedder embedder(ServedModel model) {
        return model.embedder()
                .orElseThrow(() -> new Fault(
                        Fault.Kind.NOT_FOUND,
                        ("The model \"%s\" has no projection head, so it has no text embeddings; serve a model"
                                        + " with one, such as CXR-BERT-specialized.")
                                .formatted(model.info().name())));
    }
}
