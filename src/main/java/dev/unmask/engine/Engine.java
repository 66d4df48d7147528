package dev.unmask.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.unmask.fault.Fault;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One ONNX Runtime session. It runs one batch at a time: more threads on one session gain nothing on the CPU and exhaust
 * memory on a GPU (onnxruntime issue 6181). Closing waits for the run that is under way, since closing a session in use
 * crashes the process (onnxruntime issue 21812).
 */
public final class Engine implements AutoCloseable {
    private final Session session;
    private final int threads;
    private final int vocabulary;
    private final OptionalInt embeddingSize;
    private final boolean batches;
    private final BatchBuffers buffers = new BatchBuffers();
    private boolean closed;

    private Engine(Session session, int threads, boolean batches) {
        this.session = session;
        this.threads = threads;
        this.batches = batches;
        this.vocabulary =
                session.width(GraphNames.LOGITS).orElseThrow(() -> noOutput(GraphNames.LOGITS, "[masks, vocabulary]"));
        this.embeddingSize = session.width(GraphNames.EMBEDDINGS);
    }

    /**
     * Opens a session over a graph with the inputs and outputs of {@link GraphNames}.
     *
     * @param graph the ONNX file; its external weights lie beside it
     * @param device where it is asked to run
     * @param threads intra-op threads, at least 1; ONNX Runtime's own default is the host's cores, whatever the
     *     container's quota
     * @param batches whether the texts of a batch may go through the graph together; otherwise they do one by one, since
     *     the graph mixes them into each other
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device can't be had, MODEL_REFUSED when ONNX Runtime refuses the
     *     graph, CONFIGURATION when its native library doesn't load
     */
    public static Engine open(Path graph, Device device, int threads, boolean batches) {
        Session session = Session.open(graph, device, threads);
        try {
            return new Engine(session, threads, batches);
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
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device can't be had, CONFIGURATION when the native library doesn't load
     */
    public static Provider providerFor(Device device) {
        return Session.providerFor(device);
    }

    private static Fault noOutput(String name, String shape) {
        return Fault.modelRefused(
                "The graph has no output \"%s\" of shape %s; import the model again.".formatted(name, shape));
    }

    /**
     * Gives the logits of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @param masks positions of each text's masks, which may be none
     * @return logits at every mask, text by text, valid until the run after the next
     * @throws Fault of kind NOT_READY when the engine is closed, OUT_OF_ROOM when memory can't be had for the batch
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows run(int[][] ids, int[][] masks) {
        return run(GraphNames.LOGITS, ids, masks, rows(masks), vocabulary);
    }

    /**
     * Gives the probabilities of one batch: as {@link #run}, after the softmax over the vocabulary. Logits that are not
     * finite make a whole row of NaN.
     */
    public synchronized Rows scores(int[][] ids, int[][] masks) {
        return run(GraphNames.SCORES, ids, masks, rows(masks), vocabulary);
    }

    /**
     * Gives the largest magnitude of each channel on the left of the encoder's products over the texts of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @return a row for each product, valid until the run after the next
     * @throws Fault as {@link #run} does; of kind MODEL_REFUSED when the graph doesn't observe them
     */
    public synchronized Rows magnitudes(int[][] ids) {
        int[] shape = session.shape(GraphNames.MAGNITUDES)
                .orElseThrow(() -> noOutput(GraphNames.MAGNITUDES, "[rows, hidden]"));
        return run(GraphNames.MAGNITUDES, ids, oneMask(ids.length), shape[0], shape[1]);
    }

    private static int rows(int[][] masks) {
        return Arrays.stream(masks).mapToInt(text -> text.length).sum();
    }

    /**
     * Gives the text embeddings of one batch.
     *
     * @param ids token ids of each text, at least one text
     * @return an L2-normalised embedding for each text, valid until the run after the next
     * @throws Fault of kind NOT_READY when the engine is closed, OUT_OF_ROOM when memory can't be had for the batch,
     *     MODEL_REFUSED when the graph makes no embeddings
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows embed(int[][] ids) {
        int size = embeddingSize.orElseThrow(() -> noOutput(GraphNames.EMBEDDINGS, "[batch, projection]"));
        return run(GraphNames.EMBEDDINGS, ids, oneMask(ids.length), ids.length, size);
    }

    /** The masked-LM head runs in any case. One row costs little and spares every provider's kernels an empty tensor. */
    private static int[][] oneMask(int texts) {
        int[][] masks = new int[texts][0];
        masks[0] = new int[] {0};
        return masks;
    }

    private Rows run(String output, int[][] ids, int[][] masks, int rows, int width) {
        if (closed) {
            throw new Fault(Fault.Kind.NOT_READY, "The service is stopping.");
        }
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

    private void run(String output, int[][] ids, int[][] masks, FloatBuffer values, int width) {
        buffers.fill(ids, masks);
        long texts = ids.length;
        try (OnnxTensor idTensor = tensor(buffers.ids());
                OnnxTensor positionTensor = tensor(buffers.positions());
                OnnxTensor lengthTensor = tensor(buffers.lengths());
                OnnxTensor paddedTensor =
                        tensor(buffers.padded(), texts, buffers.padded().limit() / texts);
                OnnxTensor cellTensor = tensor(buffers.cells());
                OnnxTensor maskTensor = tensor(buffers.masks());
                OnnxTensor outputTensor = OnnxTensor.createTensor(
                        session.environment(), values, new long[] {values.limit() / width, width})) {
            Map<String, OnnxTensor> inputs = Map.of(
                    GraphNames.INPUT_IDS, idTensor,
                    GraphNames.POSITION_IDS, positionTensor,
                    GraphNames.LENGTHS, lengthTensor,
                    GraphNames.PADDED_TOKENS, paddedTensor,
                    GraphNames.TOKEN_CELLS, cellTensor,
                    GraphNames.MASK_POSITIONS, maskTensor);
            // ONNX Runtime writes into our buffer; the result holds nothing but a reference to it.
            session.session().run(inputs, Map.of(output, outputTensor)).close();
        } catch (OrtException failed) {
            if (outOfMemory(failed)) {
                throw new Fault(
                        Fault.Kind.OUT_OF_ROOM,
                        "There was no memory left for this; try again in a moment, or with fewer or shorter texts.",
                        failed);
            }
            throw new IllegalStateException("ONNX Runtime failed on a batch", failed);
        }
    }

    /** It has no code for a failed allocation: these are the words of its allocators, of the C++ library and of CUDA. */
    private static boolean outOfMemory(OrtException failed) {
        String reason = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(
                        "failed to allocate memory",
                        "available memory of",
                        "bad_alloc",
                        "bad allocation",
                        "out of memory",
                        "alloc_failed")
                .anyMatch(reason::contains);
    }

    private OnnxTensor tensor(IntBuffer values) throws OrtException {
        return tensor(values, values.limit());
    }

    private OnnxTensor tensor(IntBuffer values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(session.environment(), values, shape);
    }

    /** Runs the smallest and the given largest batch once, so that a lack of memory shows at start. */
    public void warmUp(int texts, int length) {
        run(new int[][] {new int[3]}, new int[][] {{1}});
        int[][] masks = new int[texts][1];
        run(new int[texts][length], masks);
    }

    /** How many logits a row has. */
    public int vocabulary() {
        return vocabulary;
    }

    /** How many floats a text embedding has; none when the graph makes no embeddings. */
    public OptionalInt embeddingSize() {
        return embeddingSize;
    }

    /** Whether the texts of a batch go through the graph together. */
    public boolean batches() {
        return batches;
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

    /** Closes the session after the run that is under way. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        session.close();
    }
}
