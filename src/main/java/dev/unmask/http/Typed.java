package dev.unmask.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;

/**
 * Answers with a media type of their own. The framework doesn't negotiate it then: what a client accepts is checked by
 * {@link Negotiation} where it matters, and by the framework's rules more requests would be refused than by the contract.
 * So methods return {@code Response} and tell OpenAPI the entity's type by an annotation: from a known type, as in {@code
 * RestResponse<Model>}, the framework negotiates although the answer has its media type.
 */
final class Typed {
    private static final MediaType JSON = MediaType.APPLICATION_JSON_TYPE.withCharset(StandardCharsets.UTF_8.name());
    private static final MediaType TEXT = MediaType.TEXT_PLAIN_TYPE.withCharset(StandardCharsets.UTF_8.name());

    private Typed() {}

    /** An object, with status 200. */
    static Response json(Object entity) {
        return json(true, entity);
    }

    /** An object, with status 200 if all is well and otherwise 503. */
    static Response json(boolean well, Object entity) {
        return Response.status(well ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .entity(entity)
                .type(JSON)
                .build();
    }

    /** A text, with status 200. */
    static Response text(String text) {
        return Response.ok(text, TEXT).build();
    }
}
