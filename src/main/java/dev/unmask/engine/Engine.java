package dev.unmask.engine;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.unmask.fault.Fault;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * One ONNX Runtime session. It runs one batch at a time: more threads on one session gain nothing on the CPU and exhaust
 * memory on a GPU (onnxruntime issue 6181). Closing waits for the run in progress, since closing a session in use
 * crashes the process (onnxruntime issue 21812).
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final Session session;
    private final int threads;
    private final int vocabulary;
    private final OptionalInt embeddingSize;
    private final boolean batches;
    private boolean choosing;
    private final BatchBuffers buffers = new BatchBuffers();
    private boolean closed;

    private Engine(Session session, int threads, boolean batches, boolean choosing) {
        this.session = session;
        this.threads = threads;
        this.batches = batches;
        this.choosing = choosing;
        this.vocabulary =
                session.width(GraphNames.LOGITS).orElseThrow(() -> noOutput(GraphNames.LOGITS, "[masks, vocabulary]"));
        this.embeddingSize = session.width(GraphNames.EMBEDDINGS);
    }

    /**
     * Opens a session over a graph with the inputs and outputs of {@link GraphNames}.
     *
     * @param graph the ONNX file; its external weights lie beside it
     * @param device where to run
     * @param threads intra-op threads, at least 1; ONNX Runtime's own default is the host's cores, whatever the
     *     container's quota
     * @param batches whether the texts of a batch may run together; otherwise they run one by one, because the graph mixes
     *     them
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device is unavailable, MODEL_REFUSED when ONNX Runtime refuses the
     *     graph, OUT_OF_ROOM when there is no memory for its weights, CONFIGURATION when its native library doesn't load
     */
    public static Engine open(Path graph, Device device, int threads, boolean batches) {
        return open(graph, Optional.empty(), device, threads, batches);
    }

    /**
     * Opens a session as {@link #open(Path, Device, int, boolean)} does.
     *
     * @param cudaGraph the same model with operators that only CUDA has; opened instead if that is where it runs
     */
    public static Engine open(Path graph, Optional<Path> cudaGraph, Device device, int threads, boolean batches) {
        return open(graph, cudaGraph, device, threads, batches, Provider::cuda);
    }

    /**
     * Opens a session as {@link #open(Path, Device, int, boolean)} does.
     *
     * @param choosing whether {@link #chosen} chooses scores in the graph: this saves a GPU from copying whole rows, and
     *     gains nothing on a CPU, where rows are read in place
     */
    public static Engine open(Path graph, Device device, int threads, boolean batches, Predicate<Provider> choosing) {
        return open(graph, Optional.empty(), device, threads, batches, choosing);
    }

    private static Engine open(
            Path graph,
            Optional<Path> cudaGraph,
            Device device,
            int threads,
            boolean batches,
            Predicate<Provider> choosing) {
        Session session = Session.open(graph, cudaGraph, device, threads);
        try {
            return new Engine(session, threads, batches, choosing.test(session.provider()));
        } catch (RuntimeException refused) {
            session.close();
            throw refused;
        }
    }

    /**
     * Loads ONNX Runtime's native library ahead of {@link #open}, which then finds it loaded.
     *
     * @throws Fault of kind CONFIGURATION when it doesn't load
     */
    public static void loadLibrary() {
        Session.load();
    }

    /**
     * The execution provider that {@link #open} would take.
     *
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device is unavailable, CONFIGURATION when the native library
     *     doesn't load
     */
    public static Provider providerFor(Device device) {
        return Session.providerFor(device);
    }

    private static Fault noOutput(String name, String shape) {
        return Fault.modelRefused(
                "The graph has no output \"%s\" of shape %s; import the model again.".formatted(name, shape));
    }

    /**
     * Computes the logits of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @param masks positions of each text's masks, which may be none
     * @return logits at every mask, text by text, valid until the run after the next
     * @throws Fault of kind NOT_READY when the engine is closed, OUT_OF_ROOM when there is no memory for the batch
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows run(int[][] ids, int[][] masks) {
        return run(GraphNames.LOGITS, ids, masks, rows(masks), vocabulary);
    }

    /**
     * Computes the probabilities of one batch: like {@link #run}, after the softmax over the vocabulary. A row with a logit
     * that is not finite is all NaN.
     */
    public synchronized Rows scores(int[][] ids, int[][] masks) {
        return run(GraphNames.SCORES, ids, masks, rows(masks), vocabulary);
    }

    /**
     * Computes the largest magnitude of each channel of the encoder products' left operands over the texts of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @return one row with the channels of all products, valid until the run after the next
     * @throws Fault as {@link #run} does; of kind MODEL_REFUSED when the graph doesn't observe them
     */
    public synchronized Rows magnitudes(int[][] ids) {
        int[] shape = session.shape(GraphNames.MAGNITUDES)
                .orElseThrow(() -> noOutput(GraphNames.MAGNITUDES, "[1, channels]"));
        return run(GraphNames.MAGNITUDES, ids, oneMask(ids.length), shape[0], shape[1]);
    }

    /**
     * Computes the chosen probabilities of one batch; whole rows, like {@link #scores}, where choosing in the graph is not
     * worth it.
     *
     * @param ids token ids of each text, at least one text
     * @param masks positions of each text's masks, at least one in each
     * @param choices the choice of each text, for each of its masks
     * @return a row for each mask, text by text, valid until the run after the next
     */
    public synchronized List<Row> chosen(int[][] ids, int[][] masks, Choice[] choices) {
        if (!choosing) {
            return scores(ids, masks);
        }
        List<Row> rows = new ArrayList<>();
        int step = batches ? ids.length : 1;
        for (int text = 0; text < ids.length; text += step) {
            Optional<List<Row>> chosen = chosenTogether(
                    Arrays.copyOfRange(ids, text, text + step),
                    Arrays.copyOfRange(masks, text, text + step),
                    Arrays.copyOfRange(choices, text, text + step));
            if (chosen.isEmpty()) {
                return scores(ids, masks);
            }
            rows.addAll(chosen.get());
        }
        return rows;
    }

    private Optional<List<Row>> chosenTogether(int[][] ids, int[][] masks, Choice[] choices) {
        checkOpen();
        return Chosen.of(masks, choices, vocabulary)
                .flatMap(chosen -> run(ids, masks, chosen, inputs -> {
                    try (OrtSession.Result result = session.session().run(inputs, chosen.outputs())) {
                        return chosen.rows(
                                floats(result, GraphNames.BEST_SCORES),
                                tensor(result, GraphNames.BEST_INDICES)
                                        .map(OnnxTensor::getLongBuffer)
                                        .orElse(LongBuffer.allocate(0)),
                                floats(result, GraphNames.PLACED_SCORES));
                    }
                }));
    }

    /** An output's values; none if it wasn't asked for. */
    private static FloatBuffer floats(OrtSession.Result result, String name) {
        return tensor(result, name).map(OnnxTensor::getFloatBuffer).orElse(FloatBuffer.allocate(0));
    }

    private static Optional<OnnxTensor> tensor(OrtSession.Result result, String name) {
        return result.get(name).map(OnnxTensor.class::cast);
    }

    private static int rows(int[][] masks) {
        return Arrays.stream(masks).mapToInt(text -> text.length).sum();
    }

    /**
     * Computes the text embeddings of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @return an L2-normalized embedding for each text, valid until the run after the next
     * @throws Fault of kind NOT_READY when the engine is closed, OUT_OF_ROOM when there is no memory for the batch,
     *     MODEL_REFUSED when the graph has no embeddings
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows embed(int[][] ids) {
        int size = embeddingSize.orElseThrow(() -> noOutput(GraphNames.EMBEDDINGS, "[batch, projection]"));
        return run(GraphNames.EMBEDDINGS, ids, oneMask(ids.length), ids.length, size);
    }

    /** The masked-LM head always runs. One row costs little and spares kernels an empty tensor. */
    private static int[][] oneMask(int texts) {
        int[][] masks = new int[texts][0];
        masks[0] = new int[] {0};
        return masks;
    }

    private Rows run(String output, int[][] ids, int[][] masks, int rows, int width) {
        checkOpen();
        FloatBuffer values = buffers.output(Math.multiplyExact(rows, width));
        if (batches || ids.length == 1) {
            run(output, ids, masks, values, width);
            return new Rows(values, width);
        }
        int row = 0;
        for (int text = 0; text < ids.length; text++) {
            int own = output.equals(GraphNames.EMBEDDINGS) ? 1 : masks[text].length;
            if (own > 0) {
                int[][] positions = masks[text].length > 0 ? new int[][] {masks[text]} : new int[][] {{0}};
                run(output, new int[][] {ids[text]}, positions, values.slice(row * width, own * width), width);
            }
            row += own;
        }
        return new Rows(values, width);
    }

    private void checkOpen() {
        if (closed) {
            throw Fault.notReady("The service is stopping.");
        }
    }

    private void run(String output, int[][] ids, int[][] masks, FloatBuffer values, int width) {
        run(ids, masks, Chosen.nothing(), inputs -> {
            try (OnnxTensor tensor = OnnxTensor.createTensor(
                    session.environment(), values, new long[] {values.limit() / width, width})) {
                // ONNX Runtime writes into our buffer; the result holds nothing but a reference to it.
                session.session().run(inputs, Map.of(output, tensor)).close();
                return null;
            }
        });
    }

    /** What to do with the inputs of a run. */
    private interface Run<T> {
        T of(Map<String, OnnxTensor> inputs) throws OrtException;
    }

    private <T> T run(int[][] ids, int[][] masks, Chosen chosen, Run<T> run) {
        buffers.fill(ids, masks, mixesLengths());
        try (BatchTensors tensors = new BatchTensors(session, buffers, ids.length, chosen)) {
            return NativeWork.OF_PROCESS.in(() -> run.of(tensors.inputs()));
        } catch (OrtException failed) {
            if (OrtFailures.outOfMemory(failed)) {
                throw new Fault(
                        Fault.Kind.OUT_OF_ROOM,
                        "There was not enough memory; try again in a moment, or with fewer or shorter texts.",
                        failed);
            }
            throw new IllegalStateException("ONNX Runtime failed on a batch", failed);
        }
    }

    /**
     * Runs the smallest and the given largest batch once, so that a lack of memory shows at start. Where scores are chosen in
     * the graph they are compared with whole rows, and if they differ, whole rows are read from then on.
     *
     * @throws Fault as {@link #run} does
     */
    public synchronized void warmUp(int texts, int length) {
        warmUp(new int[][] {new int[2], new int[3]});
        warmUp(new int[texts][length]);
    }

    private void warmUp(int[][] ids) {
        int[][] masks = new int[ids.length][1];
        if (choosing && !choosesRight(ids, masks)) {
            choosing = false;
            LOG.log(
                    WARNING,
                    "Choosing scores on the device does not work; reading whole rows instead, which is slower.");
        }
        if (!choosing) {
            scores(ids, masks);
        }
    }

    private boolean choosesRight(int[][] ids, int[][] masks) {
        Choice[] choices = new Choice[ids.length];
        Arrays.fill(choices, new Choice.Best(Math.min(vocabulary, 5)));
        choices[0] = new Choice.Among(new int[] {vocabulary - 1});
        try {
            return Chosen.agree(choices, chosen(ids, masks, choices), scores(ids, masks));
        } catch (IllegalStateException failed) {
            LOG.log(DEBUG, "ONNX Runtime failed to choose scores.", failed);
            return false;
        }
    }

    /** How many logits a row has. */
    public int vocabulary() {
        return vocabulary;
    }

    /** How many floats a text embedding has; empty if the graph has no embeddings. */
    public OptionalInt embeddingSize() {
        return embeddingSize;
    }

    /** Whether the texts of a batch run together. */
    public boolean batches() {
        return batches;
    }

    /**
     * Whether texts of very different lengths may share a batch at little cost, since those that are long have rows of their
     * own.
     */
    public boolean mixesLengths() {
        return session.takes(GraphNames.LONG_LENGTHS);
    }

    /** The execution provider in use, and why. */
    public Provider provider() {
        return session.provider();
    }

    /** Intra-op threads in use. */
    public int threads() {
        return threads;
    }

    /** ONNX Runtime's version. */
    public String runtimeVersion() {
        return session.environment().getVersion();
    }

    /** Closes the session after the run in progress. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        session.close();
    }
}
