package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Clients that ask again before the time that {@code Retry-After} named, on the same connection. A first refusal goes out at
 * once; to be refused again, such a client waits for a moment, so that a loop without a pause leaves the processors to the
 * model. What is answered is never held up.
 */
final class HastyClients {
    private static final long MILLISECONDS = 75;

    /** Until when each connection's client was to wait, on the clock of {@link System#nanoTime}. */
    private final Map<HttpConnection, Long> waiting = Collections.synchronizedMap(new WeakHashMap<>());

    /** The same failure: at once, or after a moment if it is the second such refusal within the time to wait. */
    <T> CompletionStage<T> held(Throwable failure, RoutingContext context) {
        CompletableFuture<T> refused = CompletableFuture.failedFuture(failure);
        if (!(FaultAnswer.thrown(failure) instanceof Fault fault) || fault.kind() != Fault.Kind.OVERLOADED) {
            return refused;
        }
        long now = System.nanoTime();
        Long until = waiting.put(context.request().connection(), now + TimeUnit.SECONDS.toNanos(fault.retrySeconds()));
        if (until == null || now - until >= 0) {
            return refused;
        }
        CompletableFuture<T> later = new CompletableFuture<>();
        context.vertx().setTimer(MILLISECONDS, over -> later.completeExceptionally(failure));
        return later;
    }
}
