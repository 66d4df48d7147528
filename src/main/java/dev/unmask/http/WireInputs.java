package dev.unmask.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unmask.fault.Fault;
import java.util.ArrayList;
import java.util.List;

/** The wire's {@code inputs}: a string, or a list of strings. */
final class WireInputs {
    private WireInputs() {}

    /**
     * The texts in their order, of which there may be none.
     *
     * @throws Fault of kind BAD_REQUEST that says what was found and what is allowed
     */
    static List<String> texts(JsonNode inputs) {
        if (inputs.isTextual()) {
            return List.of(inputs.textValue());
        }
        if (!inputs.isArray()) {
            throw Fault.badRequest(
                    "inputs is %s; it must be a string or a list of strings.".formatted(JsonBody.aType(inputs)));
        }
        List<String> texts = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            texts.add(element(inputs.get(i), i));
        }
        return texts;
    }

    /** A string, or a list of just one string, which the reference takes for that string. */
    private static String element(JsonNode element, int index) {
        if (element.isTextual()) {
            return element.textValue();
        }
        if (element.isArray() && element.size() == 1 && element.get(0).isTextual()) {
            return element.get(0).textValue();
        }
        String found = element.isArray() ? "a list of %d".formatted(element.size()) : JsonBody.aType(element);
        throw Fault.badRequest("inputs[%d] is %s; every element of inputs must be a string.".formatted(index, found));
    }
}
