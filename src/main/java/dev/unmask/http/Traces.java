package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * OpenTelemetry traces, if its own settings ({@code OTEL_EXPORTER_OTLP_ENDPOINT}) name a collector: a span for each
 * finished request, in the caller's trace if it sent one, with a span for each stage. Built only from {@link Handled}, so
 * that no text and no foreign path can get into one.
 */
@Singleton
public class Traces {
    private static final List<String> ENDPOINTS =
            List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("unmask.model");
    private static final AttributeKey<Long> TEXTS = AttributeKey.longKey("unmask.texts");
    private static final AttributeKey<Long> TOKENS = AttributeKey.longKey("unmask.tokens");

    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public String get(MultiMap headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    private final OpenTelemetrySdk telemetry;
    private final Tracer tracer;

    /**
     * Created by the container.
     *
     * @throws Fault of kind CONFIGURATION when OpenTelemetry rejects its settings
     */
    public Traces() {
        boolean wanted = ENDPOINTS.stream()
                .flatMap(name -> Stream.of(
                        System.getenv().getOrDefault(name, ""),
                        System.getProperty(name.toLowerCase(Locale.ROOT).replace('_', '.'), "")))
                .anyMatch(value -> !value.isBlank());
        telemetry = wanted ? configured() : null;
        tracer = wanted ? telemetry.getTracer("dev.unmask") : null;
    }

    private static OpenTelemetrySdk configured() {
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> Map.of(
                            "otel.service.name", "unmask",
                            "otel.exporter.otlp.protocol", "http/protobuf",
                            "otel.metrics.exporter", "none",
                            "otel.logs.exporter", "none"))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException refused) {
            throw Fault.configuration(
                    "OpenTelemetry rejects its settings (OTEL_…): %s.".formatted(refused.getMessage()), refused);
        }
    }

    /** Records that a request ended; never waits. */
    void add(RoutingContext context, Access access, Handled handled) {
        if (tracer == null) {
            return;
        }
        Context caller = W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), context.request().headers(), HEADERS);
        List<Handled.Stage> stages = handled.stages();
        Handled.Stage whole = stages.get(0);
        Span span = tracer.spanBuilder(access.method() + " " + access.path())
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(whole.from(), TimeUnit.NANOSECONDS)
                .setAttribute(METHOD, access.method())
                .setAttribute(ROUTE, access.path())
                .setAttribute(STATUS, (long) access.status())
                .setAttribute(TEXTS, (long) access.texts())
                .setAttribute(TOKENS, access.tokens())
                .startSpan();
        if (access.model() != null) {
            span.setAttribute(MODEL, access.model());
        }
        if (access.status() >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
        Context own = caller.with(span);
        stages.stream().skip(1).forEach(stage -> tracer.spanBuilder(stage.name())
                .setParent(own)
                .setStartTimestamp(stage.from(), TimeUnit.NANOSECONDS)
                .startSpan()
                .end(stage.to(), TimeUnit.NANOSECONDS));
        span.end(whole.to(), TimeUnit.NANOSECONDS);
    }

    /** Sends the remaining spans, once no requests come any more. */
    void close(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        if (telemetry != null) {
            telemetry.getSdkTracerProvider().shutdown().join(5, TimeUnit.SECONDS);
        }
    }
}
