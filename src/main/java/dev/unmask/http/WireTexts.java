package dev.unmask.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unmask.fault.Fault;
import java.util.List;

/** From the body of {@code POST /embeddings}, {@code {"inputs": …}}, to texts; docs/api.md is its contract. */
final class WireTexts {
    private WireTexts() {}

    /**
     * @param body the request's body, an object
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    static List<String> read(JsonNode body) {
        JsonNode inputs = body.get("inputs");
        if (inputs == null) {
            throw Fault.badRequest("The body has no key \"inputs\"; it must be {\"inputs\": \"…\"}.");
        }
        checkParameters(body.get("parameters"));
        return WireInputs.texts(inputs);
    }

    /** Passed over, a parameter would be thought to work. */
    private static void checkParameters(JsonNode parameters) {
        if (parameters == null || parameters.isNull()) {
            return;
        }
        if (!parameters.isObject()) {
            throw Fault.badRequest("parameters is %s; it must be an object.".formatted(JsonBody.aType(parameters)));
        }
        if (!parameters.isEmpty()) {
            throw Fault.badRequest("parameters has %d keys, but embeddings have no parameters; leave it out."
                    .formatted(parameters.size()));
        }
    }
}
