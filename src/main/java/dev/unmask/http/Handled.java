package dev.unmask.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What is known about a request when it ends, for the access log and the metrics; nothing of its content. */
final class Handled {
    /** The status of a request whose client disconnected before the answer, as in nginx. */
    static final int GONE = 499;

    private static final String KEY = Handled.class.getName();
    /** What others send as a method is theirs, of any length, and needs no key. */
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS,
            HttpMethod.PATCH,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

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
     * Starts recording a request.
     *
     * @param endpoint its endpoint; empty if the path is not the service's
     */
    static Handled begin(RoutingContext context, Optional<Endpoint> endpoint) {
        Handled handled = new Handled(endpoint);
        context.put(KEY, handled);
        return handled;
    }

    /** The record of a request in progress. */
    static Handled of(RoutingContext context) {
        return context.get(KEY);
    }

    /** Its endpoint. */
    Optional<Endpoint> endpoint() {
        return endpoint;
    }

    /** Sets the reason why it is refused, as in the metrics. */
    void refused(String why) {
        refusal = why;
    }

    /** The reason why it was refused; empty if it wasn't. */
    Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** How long it has taken so far. */
    double milliseconds() {
        return (System.nanoTime() - begun) / 1e6;
    }

    /** Sets the model that answers it, {@code NAME@REVISION}. */
    void model(String label) {
        model = label;
    }

    /** The model that answers it, once known. */
    Optional<String> model() {
        return Optional.ofNullable(model);
    }

    /** Sets the name of its key. */
    void key(String name) {
        key = name;
    }

    /** The name of its key. */
    String key() {
        return key;
    }

    void texts(int number, long tokensOfAll) {
        tokenized = System.nanoTime();
        texts = number;
        tokens = tokensOfAll;
    }

    /**
     * Sets the facts about its body.
     *
     * @param at when its last byte arrived, on the clock of {@link System#nanoTime}
     */
    void body(long bytes, long at) {
        bodyBytes = bytes;
        arrived = at;
    }

    /** The model has answered; decoding and sending remain. */
    void answered() {
        answered = System.nanoTime();
    }

    /**
     * A stage of the request.
     *
     * @param from in nanoseconds since 1970
     * @param to likewise
     */
    record Stage(String name, long from, long to) {}

    /** The whole time, followed by the stages: read, tokenize, model, answer. */
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

    /** Its access record, once its answer was sent or its client disconnected. */
    Access access(RoutingContext context, boolean sent, String model) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        return new Access(
                System.currentTimeMillis(),
                response.headers().get(RequestIds.REQUEST),
                key,
                KNOWN.contains(request.method()) ? request.method().name() : "other",
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
