package dev.unmask.serving;

import dev.unmask.batching.BatchLimits;
import dev.unmask.batching.Dispatcher;
import dev.unmask.batching.Lanes;
import dev.unmask.batching.MaskedText;
import dev.unmask.batching.Stages;
import dev.unmask.batching.TextCost;
import dev.unmask.embedding.Embedder;
import dev.unmask.embedding.EmbeddingLimits;
import dev.unmask.embedding.EmbeddingQuery;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.FillMask;
import dev.unmask.fillmask.Query;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.importing.Models;
import dev.unmask.progress.LoggedProgress;
import dev.unmask.store.Beside;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoredModel;
import dev.unmask.text.Tokenizer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** A model with everything that serves it, loaded, verified and warm. */
public final class ServedModel implements AutoCloseable {
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(60);

    private final Uses uses = new Uses();
    private final StoredModel stored;
    private final Manifest manifest;
    private final String label;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final Dispatcher dispatcher;
    private final QueryLimits limits;
    private final Duration patience;
    private final Lanes lanes;
    private final FillMask fillMask;
    private final FillMask fillOneMask;
    private final Optional<Embedder> embedder;

    private ServedModel(
            StoredModel stored,
            Tokenizer tokenizer,
            Engine engine,
            Dispatcher dispatcher,
            QueryLimits limits,
            Stages stages,
            Duration patience) {
        this.patience = patience;
        this.stored = stored;
        this.manifest = stored.manifest();
        this.label = URLEncoder.encode(manifest.name(), StandardCharsets.UTF_8) + "@" + manifest.revision();
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.lanes = new Lanes(Runtime.getRuntime().availableProcessors(), stages);
        this.fillMask = pipeline(limits);
        this.fillOneMask = pipeline(limits.withOneMask());
        this.embedder = embedder(limits.timeout());
    }

    private FillMask pipeline(QueryLimits limits) {
        return new FillMask(tokenizer, dispatcher, engine.vocabulary(), limits, lanes);
    }

    private Optional<Embedder> embedder(Duration timeout) {
        return engine.embeddingSize().isEmpty()
                ? Optional.empty()
                : Optional.of(new Embedder(
                        engine.embeddingSize().getAsInt(),
                        tokenizer,
                        dispatcher.sharing((ids, masks, choices) -> engine.embed(ids)),
                        new EmbeddingLimits(limits.inputs(), limits.characters(), limits.tokens(), timeout),
                        lanes));
    }

    /**
     * Loads and verifies a model, warms it up and asks it one question.
     *
     * @param room receives the size of the model's files before they are read, and may refuse them
     * @throws Fault of the kinds MODEL_REFUSED, DEVICE_UNAVAILABLE and CONFIGURATION, with a message that says what to change
     */
    public static ServedModel load(
            ServingConfig config, LimitsConfig limitsConfig, Measured measured, LongConsumer room) {
        long begun = System.nanoTime();
        Settings settings = Settings.of(config, limitsConfig);
        StoredModel stored = Fault.naming("UNMASK_MODEL", () -> new Models(config.modelStore())
                .open(config.model(), settings.precision(), new LoggedProgress()));
        measured.started("model", System.nanoTime() - begun);
        Tokenizer tokenizer = null;
        Engine engine = null;
        Dispatcher dispatcher = null;
        try {
            long opened = System.nanoTime();
            room.accept(stored.bytes());
            QueryLimits limits = settings.queries(stored.manifest().shape().positions());
            settings.checkBatches(limits.tokens());
            Beside<Tokenizer> opening = Beside.begin("unmask-tokenizer", () -> Tokenizer.open(stored.folder()));
            try {
                engine = stored.engine(settings.device(), settings.threads());
            } catch (Fault refused) {
                throw inOperatorsWords(refused);
            } finally {
                tokenizer = opening.join();
            }
            stored.requireUnchanged();
            BatchLimits batches = settings.batches(limits.tokens(), engine.provider(), engine.mixesLengths());
            measured.started("engine", System.nanoTime() - opened);
            long warmed = System.nanoTime();
            int texts = Math.max(1, batches.tokens() / limits.tokens());
            warmUp(engine, batches.tokens(), texts, limits.tokens());
            Duration largest = Duration.ofNanos(System.nanoTime() - warmed);
            Manifest.Shape shape = stored.manifest().shape();
            dispatcher = new Dispatcher(
                    engine::chosen,
                    batches,
                    TextCost.ofBert(shape.layers(), shape.hidden(), shape.intermediate(), shape.vocabulary()),
                    measured);
            dispatcher.ran(texts, longest(limits), largest);
            ServedModel model =
                    new ServedModel(stored, tokenizer, engine, dispatcher, limits, measured, patience(largest));
            try {
                model.ask();
            } catch (RuntimeException refused) {
                model.lanes.close();
                throw refused;
            }
            measured.started("warm_up", System.nanoTime() - warmed);
            return model;
        } catch (RuntimeException failed) {
            close(dispatcher, engine, tokenizer, stored);
            throw failed;
        }
    }

    private static Fault inOperatorsWords(Fault refused) {
        return switch (refused.kind()) {
            case DEVICE_UNAVAILABLE -> refused.under("UNMASK_DEVICE");
            case OUT_OF_ROOM ->
                Fault.configuration(
                        refused.getMessage()
                                + " Raise UNMASK_CUDA_MEMORY_LIMIT where it is set, or provide more memory.",
                        refused);
            default -> refused;
        };
    }

    /** A text as long as one may be, with one mask. */
    private static MaskedText longest(QueryLimits limits) {
        return new MaskedText(new int[limits.tokens()], new int[1]);
    }

    private static void warmUp(Engine engine, int tokens, int texts, int longest) {
        try {
            engine.warmUp(texts, longest);
        } catch (Fault lack) {
            if (lack.kind() != Fault.Kind.OUT_OF_ROOM) {
                throw lack;
            }
            throw Fault.configuration(
                    "There is not enough memory for a batch of %d tokens; lower UNMASK_BATCH_TOKENS (and UNMASK_LIMITS_TOKENS), or provide more memory."
                            .formatted(tokens),
                    lack);
        }
    }

    /**
     * How long one batch may take before the engine counts as hung: a minute, or five times as long as the largest at
     * start, so that a slow machine is not restarted for being slow.
     */
    static Duration patience(Duration largest) {
        Duration five = largest.multipliedBy(5);
        return five.compareTo(LEAST_PATIENCE) > 0 ? five : LEAST_PATIENCE;
    }

    /** Closes everything that exists, from the top down. */
    private static void close(Dispatcher dispatcher, Engine engine, Tokenizer tokenizer, StoredModel stored) {
        // Closes all even if one of them throws; null is skipped.
        try (stored;
                tokenizer;
                engine;
                dispatcher) {
            // Nothing but closing.
        }
    }

    /**
     * Runs one query through each pipeline, so that a broken model is refused at start. They may take longer than a
     * request, since no client waits.
     */
    private void ask() {
        Query query = new Query(
                List.of(tokenizer.specialTokens().maskToken()),
                OptionalInt.of(1),
                Optional.empty(),
                Query.Encoding.PLAIN);
        FillMask pipeline = pipeline(limits.withTimeout(Settings.LONGEST_TIMEOUT));
        try {
            pipeline.answer(query, System.nanoTime(), anySize -> {}).get();
            Optional<Embedder> patientEmbedder = embedder(Settings.LONGEST_TIMEOUT);
            if (patientEmbedder.isPresent()) {
                patientEmbedder
                        .get()
                        .embed(EmbeddingQuery.of(query.texts()), System.nanoTime(), anySize -> {})
                        .get();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Fault.notReady("The service is stopping.", stopped);
        } catch (ExecutionException failed) {
            throw Fault.modelRefused(
                    "The model \"%s\" loads, but does not answer: %s. Import it again, or use another checkpoint."
                            .formatted(
                                    manifest.name(),
                                    String.valueOf(failed.getCause().getMessage())
                                            .replaceAll("\\.$", "")),
                    failed.getCause());
        }
    }

    /** Name and revision, {@code NAME@REVISION}, in visible ASCII: what else a name holds is percent-encoded. */
    public String label() {
        return label;
    }

    /** The pipeline. */
    public FillMask fillMask() {
        return fillMask;
    }

    /** The same for texts with one mask each; it refuses more. */
    public FillMask fillOneMask() {
        return fillOneMask;
    }

    /** Computes text embeddings; empty if the model has no projection head. */
    public Optional<Embedder> embedder() {
        return embedder;
    }

    /** Facts about the model. */
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
                engine.embeddingSize(),
                manifest.licence(),
                manifest.intendedUse());
    }

    /** How the model runs. */
    public EngineInfo engineInfo() {
        return new EngineInfo(
                manifest.precision(),
                manifest.head().label(),
                manifest.batches(),
                engine.provider().name(),
                engine.provider().reason(),
                engine.threads());
    }

    /** ONNX Runtime's version. */
    public String runtimeVersion() {
        return engine.runtimeVersion();
    }

    /** The tokenizer library's version. */
    public String tokenizerVersion() {
        return Tokenizer.libraryVersion();
    }

    /** The import's warnings. */
    public List<String> warnings() {
        return manifest.warnings();
    }

    /**
     * The executor for work on requests outside the model.
     *
     * @param size of the work, in bytes or characters: short work doesn't wait for long work
     */
    public Executor lane(long size) {
        return lanes.of(size);
    }

    /** What a query may ask for. */
    public QueryLimits limits() {
        return limits;
    }

    /** The length for truncation without an explicit length, in tokens. */
    public int truncationLength() {
        return Math.min(limits.tokens(), tokenizer.settings().modelMaxLength().orElse(limits.tokens()));
    }

    /**
     * How fast it is on this machine at present.
     *
     * @param queueTokens tokens that may wait or run at a time
     */
    public Speed speed(int queueTokens) {
        double second = dispatcher.tokensWithin(Duration.ofSeconds(1));
        return new Speed(
                Math.round(second),
                dispatcher.alone(longest(limits)).toMillis(),
                Math.round(dispatcher.tokensWithin(limits.timeout())),
                Math.round(queueTokens / second));
    }

    /** Whether queries can still be answered. */
    public boolean alive() {
        return dispatcher.alive() && !dispatcher.hangs(patience);
    }

    /** Tokens of the requests that wait or run. */
    double queuedTokens() {
        return dispatcher.queuedTokens();
    }

    /** Requests with texts that wait. */
    double queuedRequests() {
        return dispatcher.queuedRequests();
    }

    /** Starts using it for a request; false if another model replaced it, which must be used instead. */
    boolean use() {
        return uses.begin();
    }

    /** A request that used it ended. */
    public void release() {
        uses.end();
    }

    /** Admits no new requests; completes when the current ones end. */
    CompletableFuture<Void> retire() {
        return uses.last();
    }

    /** Finishes what was accepted, then closes everything. */
    @Override
    public void close() {
        lanes.close();
        close(dispatcher, engine, tokenizer, stored);
    }
}
