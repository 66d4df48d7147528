package dev.unmask.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is known of a request once it is over, for the access log and the metrics; nothing of what it says. */
final class Handled {
    /** What stands for the status of a request whose client had gone before it was answered, as with nginx. */
    static final int GONE = 499;

    private static final String KEY = Handled.class.getName();
    private static final List<String> STAGES = List.of("read", "tokenize", "model", "answer");

    private final Optional<Endpoint> endpoint;
    private final long begun = System.nanoTime();
    private final long begunAt = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    private volatile String model;
    private volatile String key;
    private volatile String refusal;
    private volatile int texts;
    private volatile long tokens;
    private volatile long bodyBytes;
    private volatile long arrived;
    private volatile long tokenized;
    private volatile long answered;

    private Handled(Optional<Endpoint> endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Begins with a request.
     *
     * @param endpoint where it goes; none where there is nothing of ours
     */
    static Handled begin(RoutingContext context, Optional<Endpoint> endpoint) {
        Handled handled = new Handled(endpoint);
        context.put(KEY, handled);
        return handled;
    }

    /** That of a request that has begun. */
    static Handled of(RoutingContext context) {
        return context.get(KEY);
    }

    /** Where it goes. */
    Optional<Endpoint> endpoint() {
        return endpoint;
    }

    /** Why it is not answered, as the metrics name it. */
    void refused(String why) {
        refusal = why;
    }

    /** Why it was not answered; nothing if it was. */
    Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** How long it has taken so far. */
    double milliseconds() {
        return (System.nanoTime() - begun) / 1e6;
    }

    /** Which model answers it, {@code NAME@REVISION}. */
    void model(String label) {
        model = label;
    }

    /** Which model answers it, once that is settled. */
    Optional<String> model() {
        return Optional.ofNullable(model);
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
        tokenized = System.nanoTime();
        texts = number;
        tokens = tokensOfAll;
    }

    /**
     * What its body has.
     *
     * @param at when its last byte was here, on the clock of {@link System#nanoTime}
     */
    void body(long bytes, long at) {
        bodyBytes = bytes;
        arrived = at;
    }

    /** The model has answered; what is left is to put that into words and to send it. */
    void answered() {
        answered = System.nanoTime();
    }

    /**
     * A part of its time.
     *
     * @param from in nanoseconds since 1970
     * @param to likewise
     */
    record Stage(String name, long from, long to) {}

    /** The whole time, and after it the stages that it came through: read, tokenize, model, answer. */
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        long now = System.nanoTime();
        stages.add(new Stage("request", begunAt, begunAt + now - begun));
        long[] ends = {arrived, tokenized, answered, now};
        long from = begun;
        for (int i = 0; i < ends.length && ends[i] != 0; i++) {
            stages.add(new Stage(STAGES.get(i), begunAt + from - begun, begunAt + ends[i] - begun));
            from = ends[i];
        }
        return stages;
    }

    /** The record of it, when its answer was sent or its client has gone. */
    Access access(RoutingContext context, boolean sent, String model) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        return new Access(
                System.currentTimeMillis(),
                response.headers().get(RequestIds.REQUEST),
                key,
                request.method().name(),
                endpoint.map(Endpoint::path).orElse("other"),
                sent ? response.getStatusCode() : GONE,
                texts,
                tokens,
                bodyBytes,
                response.bytesWritten(),
                System.nanoTime() - begun,
                model);
    }
}
