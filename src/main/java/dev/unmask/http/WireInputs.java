package dev.unmask.http;

import dev.unmask.fault.Fault;
import java.util.List;

/** The wire's {@code inputs}: a string, or a list of strings. */
final class WireInputs {
    private WireInputs() {}

    /**
     * The texts in order, possibly none.
     *
     * @throws Fault of kind BAD_REQUEST that says what was found and what is allowed
     */
    static List<String> texts(SentStrings inputs) {
        if (inputs.type() != JsonType.STRING && inputs.type() != JsonType.LIST) {
            throw Fault.badRequest("inputs is %s; it must be a string or a list of strings."
                    .formatted(inputs.type().withArticle()));
        }
        return elements("inputs", "a string", inputs);
    }

    /**
     * The texts of a non-empty list.
     *
     * @param name the sender's name of the list
     * @param element what each of its elements must be
     * @throws Fault of kind BAD_REQUEST that says what was found and what is allowed
     */
    static List<String> list(String name, String element, SentStrings sent) {
        if (sent.type() != JsonType.LIST) {
            throw Fault.badRequest(
                    "%s is %s; it must be a list.".formatted(name, sent.type().orMissing()));
        }
        List<String> texts = elements(name, element, sent);
        if (texts.isEmpty()) {
            throw Fault.badRequest("%s is empty; it must have at least one element.".formatted(name));
        }
        return texts;
    }

    private static List<String> elements(String name, String element, SentStrings sent) {
        sent.wrong().ifPresent(wrong -> {
            throw Fault.badRequest("%s[%d] is %s; every element of %1$s must be %s."
                    .formatted(name, wrong.at(), wrong.found(), element));
        });
        return sent.strings();
    }
}
