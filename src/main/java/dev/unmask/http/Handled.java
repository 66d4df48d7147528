package dev.unmask.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** What is known of a request once it is over, for the access log and the metrics; nothing of what it says. */
final class Handled {
    /** What stands for the status of a request whose client had gone before it was answered, as with nginx. */
    static final int GONE = 499;

    private static final String KEY = Handled.class.getName();

    private final long begun = System.nanoTime();
    private volatile String key;
    private volatile int texts;
    private volatile long tokens;
    private volatile long bodyBytes;

    /** Begins with a request. */
    static Handled begin(RoutingContext context) {
        Handled handled = new Handled();
        context.put(KEY, handled);
        return handled;
    }

    /** That of a request that has begun. */
    static Handled of(RoutingContext context) {
        return context.get(KEY);
    }

    /** By which key it was let in. */
    void key(String name) {
        key = name;
    }

    /** The name of that key. */
    String key() {
        return key;
    }

    void texts(int number, long tokensOfAll) {
        texts = number;
        tokens = tokensOfAll;
    }

    void body(long bytes) {
        bodyBytes = bytes;
    }

    /** The record of it, when its answer was sent or its client has gone. */
    Access access(RoutingContext context, String path, boolean sent, String model) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        return new Access(
                System.currentTimeMillis(),
                response.headers().get(RequestIds.REQUEST),
                key,
                request.method().name(),
                path,
                sent ? response.getStatusCode() : GONE,
                texts,
                tokens,
                bodyBytes,
                response.bytesWritten(),
                System.nanoTime() - begun,
                model);
    }
}
