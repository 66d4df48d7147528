package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads bodies on the event loop, within the limit of a body, the budget of all bodies and a timeout. A body that is too
 * large by its declared length, or has no room, is refused before any of it is read.
 */
final class BodyReader {
    private final long limit;
    private final long milliseconds;
    private final Budget budget;

    /**
     * @param limit bytes of a body
     * @param milliseconds how long a body may take to arrive
     * @param budget for the bytes of all bodies at a time
     */
    BodyReader(long limit, long milliseconds, Budget budget) {
        this.limit = limit;
        this.milliseconds = milliseconds;
        this.budget = budget;
    }

    /** Whether the client has announced a body. */
    static boolean announced(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return headers.contains(HttpHeaders.TRANSFER_ENCODING) || length != null && !length.equals("0");
    }

    /**
     * Reads a request's body and goes on to the next handler.
     *
     * @throws Fault of kind TOO_LARGE or OUT_OF_ROOM when its declared length is refused
     */
    void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        Body body = new Body(budget.share(), declared(request));
        body.attachTo(context);
        context.addEndHandler(ended -> body.releaseUnlessTaken());
        long timer = context.vertx().setTimer(milliseconds, late -> fail(context, 408, null));
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
        request.handler(chunk -> append(body, chunk, context));
        // A disconnecting client is not a failure. Malformed chunks get the status that Vert.x chooses.
        request.exceptionHandler(broken -> fail(context, 400, null));
        request.endHandler(end -> {
            context.vertx().cancelTimer(timer);
            request.exceptionHandler(null);
            body.complete();
            context.next();
        });
        request.resume();
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
    }

    private int declared(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return -1;
        }
        long bytes = Long.parseLong(length);
        if (bytes > limit) {
            throw tooLarge();
        }
        return (int) bytes;
    }

    private void append(Body body, Buffer chunk, RoutingContext context) {
        if (context.failed()) {
            return;
        }
        try {
            if (body.size() + (long) chunk.length() > limit) {
                throw tooLarge();
            }
            body.append(chunk);
        } catch (Fault fault) {
            fail(context, -1, fault);
            body.release();
        }
    }

    private static void fail(RoutingContext context, int status, Fault fault) {
        // The rest of it is useless, and nobody waits for its end.
        context.request().handler(ignored -> {}).endHandler(null).exceptionHandler(null);
        if (fault == null) {
            context.fail(status);
        } else {
            context.fail(fault);
        }
    }

    private Fault tooLarge() {
        return new Fault(
                Fault.Kind.TOO_LARGE,
                "The body has more than %d bytes, which is the limit (UNMASK_LIMITS_BODY); send fewer texts at a time."
                        .formatted(limit));
    }
}
