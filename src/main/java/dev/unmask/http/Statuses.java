package dev.unmask.http;

/** Sentences for refusals that are the framework's and not ours. */
final class Statuses {
    private Statuses() {}

    static FaultAnswer answer(int status) {
        return switch (status) {
            case 400 -> FaultAnswer.of(status, "bad_request", "The request is malformed.");
            case 404 ->
                FaultAnswer.of(
                        status,
                        "not_found",
                        "There is nothing at this path; the model is asked by POST at %s, and the rest is in %s."
                                .formatted(Endpoint.whereTheModelIsAsked(), Endpoint.Paths.OPENAPI));
            case 405 ->
                FaultAnswer.of(
                        status,
                        "method_not_allowed",
                        "This path does not take this method; the header Allow lists those that it takes.");
            case 406 ->
                FaultAnswer.of(
                        status,
                        "not_acceptable",
                        "The answer is application/json, which the header Accept does not allow.");
            case 408 -> FaultAnswer.of(status, "too_late", "The request did not arrive in time.");
            case 413 -> FaultAnswer.of(status, "too_large", "The body is too large; GET /info shows the limit.");
            case 415 -> FaultAnswer.of(status, "unsupported_media_type", "The Content-Type must be application/json.");
            case 431 -> FaultAnswer.of(status, "header_too_long", "The request's headers are too long.");
            default ->
                status < 500
                        ? FaultAnswer.of(status, "bad_request", "The request was refused.")
                        : FaultAnswer.of(status, "failed", "The service failed; its log says more.");
        };
    }
}
