package dev.unmask.http;

import dev.unmask.embedding.EmbeddingQuery;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;

/** Converts the body of {@code POST /embeddings} to an {@link EmbeddingQuery}; docs/api.md is its contract. */
final class WireEmbeddingQuery {
    private WireEmbeddingQuery() {}

    /**
     * @param body the sent body
     * @param longest the tokens that {@code "truncation": true} truncates to
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    static EmbeddingQuery read(SentBody body, int longest) {
        if (body.beside().isPresent()) {
            throw Fault.badRequest("inputs is an object; it must be a string or a list of strings.");
        }
        SentStrings inputs = body.inputs()
                .orElseThrow(() -> Fault.badRequest("The body has no key \"inputs\"; it must be {\"inputs\": \"…\"}."));
        Query.Encoding encoding = WireParameters.readEncoding(body.parameters(), longest);
        if (!encoding.specialTokens()) {
            throw Fault.badRequest(
                    "parameters.tokenizer_kwargs.add_special_tokens is false, but an embedding is read at"
                            + " the special token that begins a text; it must be true or absent.");
        }
        return new EmbeddingQuery(WireInputs.texts(inputs), encoding.maxLength(), encoding.cut());
    }
}
