package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import io.vertx.core.MultiMap;
import java.util.Optional;

/** Converts the wire's {@code {"inputs": …, "parameters": …}} to a {@link Query}; docs/api.md is its contract. */
final class WireQuery {
    private WireQuery() {}

    /**
     * @param body the sent body
     * @param longest the tokens that {@code "truncation": true} truncates to
     * @param url the URL's query parameters, which count only when the body has no parameters of its own
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    static Query read(SentBody body, int longest, MultiMap url) {
        SentParameters parameters =
                body.parameters().fields().type() == JsonType.NULL ? SentParameters.of(url) : body.parameters();
        if (body.beside().isPresent()) {
            return splatted(body.inputs(), body.beside().get(), parameters, longest);
        }
        SentStrings inputs = body.inputs()
                .orElseThrow(() ->
                        Fault.badRequest("The body has no key \"inputs\"; it must be {\"inputs\": \"… [MASK] …\"}."));
        return query(inputs, parameters, longest);
    }

    /** An object as inputs represents the reference's keyword arguments: inputs and parameters side by side. */
    private static Query splatted(
            Optional<SentStrings> inner, SentParameters beside, SentParameters parameters, int longest) {
        SentStrings inputs = inner.filter(sent -> sent.type() != JsonType.OBJECT)
                .orElseThrow(() -> Fault.badRequest(
                        "inputs is an object, which must have a key \"inputs\" with a string or a list of strings."));
        if (parameters.overlaps(beside)) {
            throw Fault.badRequest("A parameter is given both in inputs and in parameters; give it once.");
        }
        return query(inputs, parameters.and(beside), longest);
    }

    private static Query query(SentStrings inputs, SentParameters parameters, int longest) {
        // Parameters first, since their faults are reported first.
        WireParameters read = WireParameters.read(parameters, longest);
        return read.query(WireInputs.texts(inputs));
    }
}
