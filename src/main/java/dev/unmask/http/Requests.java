package dev.unmask.http;

import dev.unmask.serving.ServedModel;
import dev.unmask.serving.Serving;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts and logs requests when they end; docs/metrics.md defines each metric. */
@Singleton
public class Requests {
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5)
    };

    private final Serving serving;
    private final AccessLog log;
    private final Traces traces;
    private final MeterProvider<Timer> requests;
    private final MeterProvider<Counter> rejected;
    private final Counter texts;
    private final Counter tokens;

    /** Created by the container. */
    public Requests(Serving serving, AccessLog log, Traces traces, MeterRegistry registry) {
        this.traces = traces;
        this.serving = serving;
        this.log = log;
        this.requests = Timer.builder("unmask.requests")
                .description("Finished requests, from their head to the end of their answer")
                .serviceLevelObjectives(BOUNDS)
                .withRegistry(registry);
        this.rejected = Counter.builder("unmask.rejected")
                .description("Requests that were refused or failed, by the reason")
                .withRegistry(registry);
        this.texts = Counter.builder("unmask.texts")
                .description("Texts of requests, once they were tokenized")
                .register(registry);
        this.tokens = Counter.builder("unmask.tokens")
                .description("Tokens of these texts, special ones included")
                .register(registry);
    }

    /** The model of a request, or the one in service if the request didn't get that far, as in headers and logs: {@code NAME@REVISION}. */
    Optional<String> model(Handled handled) {
        return handled.model().or(() -> serving.loaded().map(ServedModel::label));
    }

    /**
     * Records that a request ended.
     *
     * @param asked whether it asked the model
     * @param sent whether its answer was sent
     */
    void over(RoutingContext context, boolean asked, boolean sent) {
        Handled handled = Handled.of(context);
        Access access = handled.access(context, sent, asked ? model(handled).orElse(null) : null);
        requests.withTags("path", access.path(), "status", Integer.toString(access.status()))
                .record(access.nanoseconds(), TimeUnit.NANOSECONDS);
        handled.refusal().filter(why -> sent).ifPresent(why -> rejected.withTag("reason", why)
                .increment());
        texts.increment(access.texts());
        tokens.increment(access.tokens());
        log.add(access);
        traces.add(context, access, handled);
    }
}
