package dev.unmask.serving;

import dev.unmask.batching.BatchLimits;
import dev.unmask.batching.Dispatcher;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.FillMask;
import dev.unmask.fillmask.Query;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.graph.Precision;
import dev.unmask.store.ImportProgress;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import dev.unmask.store.StoredModel;
import dev.unmask.text.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;

/** A model with all that serves it, loaded, verified and warm. */
public final class ServedModel implements AutoCloseable {
    /** Masks in a batch: with 30,522 pieces, 256 rows of logits are 31 MB. */
    private static final int BATCH_MASKS = 256;

    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(180);

    private final Manifest manifest;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final Dispatcher dispatcher;
    private final QueryLimits limits;
    private final FillMask fillMask;

    private ServedModel(
            Manifest manifest, Tokenizer tokenizer, Engine engine, Dispatcher dispatcher, QueryLimits limits) {
        this.manifest = manifest;
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.fillMask = new FillMask(tokenizer, dispatcher, engine.vocabulary(), limits);
    }

    /**
     * Loads and verifies a model, warms it up and asks it one question.
     *
     * @throws Fault of the kinds MODEL_REFUSED, DEVICE_UNAVAILABLE and CONFIGURATION, with a sentence that says what to
     *     change
     */
    public static ServedModel load(ServingConfig config, LimitsConfig limitsConfig) {
        Device device = Device.parse(config.device());
        Precision precision = Precision.parse(config.precision());
        int threads = threads(config.threads());
        Duration timeout = timeout(config.requestTimeout());

        StoredModel stored = new ModelStore(config.modelStore()).open(config.model(), precision, ImportProgress.SILENT);
        Manifest manifest = stored.manifest();
        QueryLimits limits = new QueryLimits(
                limitsConfig.inputs(),
                tokens(limitsConfig.tokens(), manifest.shape().positions()),
                limitsConfig.answerTokens(),
                timeout);

        Tokenizer tokenizer = Tokenizer.open(stored.folder());
        Engine engine = null;
        Dispatcher dispatcher = null;
        try {
            engine = Engine.open(stored.graph(), device, threads);
            engine.warmUp(Math.max(1, config.batchTokens() / limits.tokens()), limits.tokens());
            dispatcher = new Dispatcher(
                    engine::run, new BatchLimits(config.batchTokens(), BATCH_MASKS, config.queueTokens()));
            ServedModel model = new ServedModel(manifest, tokenizer, engine, dispatcher, limits);
            model.ask();
            return model;
        } catch (RuntimeException failed) {
            if (dispatcher != null) {
                dispatcher.close();
            }
            if (engine != null) {
                engine.close();
            }
            tokenizer.close();
            throw failed;
        }
    }

    private static int threads(OptionalInt configured) {
        int threads = configured.orElseGet(() -> Runtime.getRuntime().availableProcessors());
        if (threads < 1 || threads > 1024) {
            throw Fault.configuration("UNMASK_THREADS is %d; allowed are 1 to 1024.".formatted(threads));
        }
        return threads;
    }

    private static Duration timeout(Duration configured) {
        if (configured.compareTo(Duration.ofMillis(1)) < 0 || configured.compareTo(LONGEST_TIMEOUT) > 0) {
            throw Fault.configuration("UNMASK_REQUEST_TIMEOUT is %s; allowed are 1 ms to 180 s.".formatted(configured));
        }
        return configured;
    }

    private static int tokens(OptionalInt configured, int positions) {
        int tokens = configured.orElse(positions);
        if (tokens < 3 || tokens > positions) {
            throw Fault.configuration("UNMASK_LIMITS_TOKENS is %d; allowed are 3 to %d, the model's positions."
                    .formatted(tokens, positions));
        }
        return tokens;
    }

    /** One question through the whole pipeline, so that a model whose numbers are broken is refused at start. */
    private void ask() {
        Query query = new Query(
                List.of(tokenizer.specialTokens().maskToken()),
                OptionalInt.of(1),
                Optional.empty(),
                Query.Encoding.PLAIN);
        try {
            fillMask.answer(query, Runnable::run).get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Fault(Fault.Kind.NOT_READY, "The service is stopping.", stopped);
        } catch (ExecutionException failed) {
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED,
                    "The model \"%s\" loads, but does not answer: %s. Import it again, or take another checkpoint."
                            .formatted(manifest.name(), failed.getCause().getMessage()),
                    failed.getCause());
        }
    }

    /** The pipeline. */
    public FillMask fillMask() {
        return fillMask;
    }

    /** What the model is. */
    public ModelInfo info() {
        Manifest.Shape shape = manifest.shape();
        return new ModelInfo(
                manifest.name(),
                manifest.source(),
                manifest.revision(),
                shape.type(),
                shape.layers(),
                shape.hidden(),
                shape.heads(),
                shape.vocabulary(),
                shape.positions(),
                tokenizer.specialTokens().maskToken(),
                tokenizer.specialTokens().mask(),
                manifest.licence(),
                manifest.intendedUse());
    }

    /** What the model runs on. */
    public EngineInfo engineInfo() {
        return new EngineInfo(
                manifest.precision(),
                engine.provider().name(),
                engine.provider().reason(),
                engine.threads(),
                engine.runtimeVersion(),
                Tokenizer.libraryVersion());
    }

    /** What the import warned of. */
    public List<String> warnings() {
        return manifest.warnings();
    }

    /** What a query may ask for. */
    public QueryLimits limits() {
        return limits;
    }

    /** How many tokens a text is cut to where truncation is asked for without a length. */
    public int truncationLength() {
        return Math.min(limits.tokens(), tokenizer.settings().modelMaxLength().orElse(limits.tokens()));
    }

    /** Whether queries can still be answered. */
    public boolean alive() {
        return dispatcher.alive();
    }

    /** Finishes what was accepted, then closes everything. */
    @Override
    public void close() {
        dispatcher.close();
        engine.close();
        tokenizer.close();
    }
}
