package dev.unmask.http;

import dev.unmask.fault.Fault;
import java.util.List;

/** The wire's {@code inputs}: a string, or a list of strings. */
final class WireInputs {
    private WireInputs() {}

    /**
     * The texts in their order, of which there may be none.
     *
     * @throws Fault of kind BAD_REQUEST that says what was found and what is allowed
     */
    static List<String> texts(SentStrings inputs) {
        if (inputs.type() != JsonType.STRING && inputs.type() != JsonType.LIST) {
            throw Fault.badRequest("inputs is %s; it must be a string or a list of strings."
                    .formatted(inputs.type().withArticle()));
        }
        inputs.wrong().ifPresent(wrong -> {
            throw Fault.badRequest(
                    "inputs[%d] is %s; every element of inputs must be a string.".formatted(wrong.at(), wrong.found()));
        });
        return inputs.strings();
    }
}
