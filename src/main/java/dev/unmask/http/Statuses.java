package dev.unmask.http;

/** Messages for the framework's refusals. */
final class Statuses {
    private Statuses() {}

    static FaultAnswer answer(int status) {
        return FaultAnswer.of(
                status,
                switch (status) {
                    case 400 -> "The request is malformed.";
                    case 404 ->
                        "There is nothing at this path; POST to %s to ask the model; %s describes everything else."
                                .formatted(Endpoint.whereTheModelIsAsked(), Endpoint.Paths.OPENAPI);
                    case 405 -> "This method is not allowed here; see the Allow header.";
                    case 406 -> "The answer is application/json, which the header Accept does not allow.";
                    case 408 -> "The request did not arrive in time.";
                    case 413 -> "The body is too large; GET /info shows the limit.";
                    case 415 -> "The Content-Type must be application/json.";
                    case 431 -> "The request's headers are too long.";
                    default -> status < 500 ? "The request was refused." : "The service failed; see its log.";
                });
    }
}
