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
        return elements("inputs", inputs);
    }

    /**
     * The texts of a list that has at least one.
     *
     * @param name what the sender calls the list
     * @throws Fault of kind BAD_REQUEST that says what was found and what is allowed
     */
    static List<String> list(String name, SentStrings sent) {
        if (sent.type() != JsonType.LIST) {
            throw Fault.badRequest("%s is %s; it must be a list of strings."
                    .formatted(
                            name,
                            sent.type() == JsonType.NULL
                                    ? "missing"
                                    : sent.type().withArticle()));
        }
        List<String> texts = elements(name, sent);
        if (texts.isEmpty()) {
            throw Fault.badRequest("%s is empty; it must have at least one text.".formatted(name));
        }
        return texts;
    }

    private static List<String> elements(String name, SentStrings sent) {
        sent.wrong().ifPresent(wrong -> {
            throw Fault.badRequest(
                    "%s[%d] is %s; every element of %1$s must be a string.".formatted(name, wrong.at(), wrong.found()));
        });
        return sent.strings();
    }
}
