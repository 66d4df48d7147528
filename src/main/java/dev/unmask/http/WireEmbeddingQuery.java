package dev.unmask.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.embedding.EmbeddingQuery;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;

/** From the body of {@code POST /embeddings} to an {@link EmbeddingQuery}; docs/api.md is its contract. */
final class WireEmbeddingQuery {
    private final int longest;

    /** @param longest the tokens that {@code "truncation": true} cuts to */
    WireEmbeddingQuery(int longest) {
        this.longest = longest;
    }

    /**
     * @param body the request's body, an object
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    EmbeddingQuery read(JsonNode body) {
        JsonNode inputs = body.get("inputs");
        if (inputs == null) {
            throw Fault.badRequest("The body has no key \"inputs\"; it must be {\"inputs\": \"…\"}.");
        }
        Query.Encoding encoding = WireParameters.readEncoding(parameters(body.get("parameters")), longest);
        if (!encoding.specialTokens()) {
            throw Fault.badRequest(
                    "parameters.tokenizer_kwargs.add_special_tokens is false, but an embedding is read at"
                            + " the special token that begins a text; it must be true or absent.");
        }
        return new EmbeddingQuery(WireInputs.texts(inputs), encoding.maxLength(), encoding.cut());
    }

    private static ObjectNode parameters(JsonNode parameters) {
        if (parameters == null || parameters.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!parameters.isObject()) {
            throw Fault.badRequest("parameters is %s; it must be an object.".formatted(JsonBody.aType(parameters)));
        }
        return (ObjectNode) parameters;
    }
}
