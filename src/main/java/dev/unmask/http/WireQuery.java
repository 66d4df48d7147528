package dev.unmask.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import io.vertx.core.MultiMap;
import java.util.List;

/** From the wire's {@code {"inputs": …, "parameters": …}} to a {@link Query}; docs/api.md is its contract. */
final class WireQuery {
    private static final String INPUTS = "inputs";
    private static final String PARAMETERS = "parameters";

    private final int longest;

    /** @param longest the tokens that {@code "truncation": true} cuts to */
    WireQuery(int longest) {
        this.longest = longest;
    }

    /**
     * @param body the request's body, an object
     * @param url the URL's query parameters, which count only when the body has no parameters of its own
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    Query read(JsonNode body, MultiMap url) {
        JsonNode inputs = body.get(INPUTS);
        if (inputs == null) {
            throw Fault.badRequest("The body has no key \"inputs\"; it must be {\"inputs\": \"… [MASK] …\"}.");
        }
        JsonNode given = body.get(PARAMETERS);
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        if (given == null || given.isNull()) {
            url.names().forEach(name -> parameters.set(name, urlValue(url.getAll(name))));
        } else if (given.isObject()) {
            parameters.setAll((ObjectNode) given);
        } else {
            throw Fault.badRequest("parameters is %s; it must be an object.".formatted(JsonBody.aType(given)));
        }
        return inputs.isObject() ? splatted((ObjectNode) inputs, parameters) : query(inputs, parameters);
    }

    /** An object as inputs stands for the reference's keyword arguments: inputs and parameters side by side. */
    private Query splatted(ObjectNode inputs, ObjectNode parameters) {
        JsonNode inner = inputs.get(INPUTS);
        if (inner == null || inner.isObject()) {
            throw Fault.badRequest(
                    "inputs is an object, which must have a key \"inputs\" with a string or a list of strings.");
        }
        ObjectNode all = parameters.deepCopy();
        inputs.properties().stream()
                .filter(property -> !property.getKey().equals(INPUTS))
                .forEach(property -> {
                    if (all.has(property.getKey())) {
                        throw Fault.badRequest("A parameter is given both in inputs and in parameters; give it once.");
                    }
                    all.set(property.getKey(), property.getValue());
                });
        return query(inner, all);
    }

    private Query query(JsonNode inputs, ObjectNode parameters) {
        WireParameters read = WireParameters.read(parameters, longest);
        return new Query(WireInputs.texts(inputs), read.topK(), read.targets(), read.encoding());
    }

    /** The reference reads digits as a number and true and false as booleans, and keeps the last of equal names. */
    private static JsonNode urlValue(List<String> values) {
        String value = values.get(values.size() - 1);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value.matches("\\d{1,18}")) {
            return nodes.numberNode(Long.parseLong(value));
        }
        return value.equals("true") || value.equals("false")
                ? nodes.booleanNode(value.equals("true"))
                : nodes.textNode(value);
    }
}
