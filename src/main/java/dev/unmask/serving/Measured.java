package dev.unmask.serving;

import dev.unmask.batching.Stages;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The metrics of the model in service; docs/metrics.md defines each metric. */
@ApplicationScoped
public class Measured implements Stages {
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2500)
    };

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> phases = new ConcurrentHashMap<>();
    private volatile ServedModel served;
    private Gauge label;
    private final Timer tokenize;
    private final Timer wait;
    private final Timer infer;
    private final Timer rank;
    private final Counter reloads;
    private final Counter refusedReloads;
    private final DistributionSummary batchTexts;
    private final DistributionSummary batchTokens;

    /** Created by the container. */
    public Measured(MeterRegistry registry) {
        this.registry = registry;
        tokenize = stage("tokenize");
        wait = stage("wait");
        infer = stage("infer");
        rank = stage("rank");
        reloads = reloads("done");
        refusedReloads = reloads("refused");
        batchTexts = DistributionSummary.builder("unmask.batch.texts")
                .description("Texts of a batch")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
                .register(registry);
        batchTokens = DistributionSummary.builder("unmask.batch.tokens")
                .description("Tokens of a batch")
                .serviceLevelObjectives(16, 32, 64, 128, 256, 512)
                .register(registry);
    }

    private Timer stage(String name) {
        return Timer.builder("unmask.stage")
                .description("Duration of each stage: per text (tokenize, wait), batch (infer) and mask (rank)")
                .tag("stage", name)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    private Counter reloads(String outcome) {
        return Counter.builder("unmask.reloads")
                .description("Reloads of the model, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** A reload ended, successfully or not. */
    void reloaded(boolean done) {
        (done ? reloads : refusedReloads).increment();
    }

    /** A phase of loading a model ended. */
    void started(String phase, long nanoseconds) {
        phases.computeIfAbsent(phase, name -> {
                    AtomicLong took = new AtomicLong();
                    Gauge.builder("unmask.start.seconds", () -> took.get() / 1e9)
                            .description("Duration of the phases of the start, or of the last reload")
                            .tag("phase", name)
                            .register(registry);
                    return took;
                })
                .set(nanoseconds);
    }

    /** A model was put in service, replacing the previous one. */
    synchronized void serving(ServedModel model) {
        boolean first = served == null;
        served = model;
        if (!first) {
            registry.remove(label);
        }
        ModelInfo info = model.info();
        EngineInfo engine = model.engineInfo();
        label = Gauge.builder("unmask.model", () -> 1)
                .description("The model in service, described by the labels")
                .tags(Tags.of(
                        "name", info.name(),
                        "revision", info.revision(),
                        "precision", engine.precision(),
                        "provider", engine.provider()))
                .register(registry);
        if (first) {
            Gauge.builder("unmask.queue.tokens", () -> served.queuedTokens())
                    .description("Tokens of the requests that wait or run")
                    .register(registry);
            Gauge.builder("unmask.queue.requests", () -> served.queuedRequests())
                    .description("Requests with waiting texts")
                    .register(registry);
        }
    }

    @Override
    public void tokenized(long nanoseconds) {
        tokenize.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    @Override
    public void waited(long nanoseconds) {
        wait.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    @Override
    public void ran(int texts, long tokens, long nanoseconds) {
        infer.record(nanoseconds, TimeUnit.NANOSECONDS);
        batchTexts.record(texts);
        batchTokens.record(tokens);
    }

    @Override
    public void ranked(long nanoseconds) {
        rank.record(nanoseconds, TimeUnit.NANOSECONDS);
    }
}
