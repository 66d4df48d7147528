package dev.unmask.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.unmask.fault.Fault;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One ONNX Runtime session. It runs one batch at a time: more threads on one session gain nothing on the CPU and exhaust
 * memory on a GPU (onnxruntime issue 6181). Closing waits for the run that is under way, since closing a session in use
 * crashes the process (onnxruntime issue 21812).
 */
public final class Engine implements AutoCloseable {
    /** Why the native library didn't load. A second attempt would not be told by the JVM. */
    private static Fault libraryFault;

    private final OrtEnvironment environment;
    private final SessionOptions options;
    private final OrtSession session;
    private final Provider provider;
    private final int threads;
    private final int vocabulary;
    private final OptionalInt embeddingSize;
    private final boolean batches;
    private final BatchBuffers buffers = new BatchBuffers();
    private boolean closed;

    private Engine(
            OrtEnvironment environment,
            SessionOptions options,
            OrtSession session,
            Provider provider,
            int threads,
            boolean batches)
            throws OrtException {
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.provider = provider;
        this.threads = threads;
        this.batches = batches;
        this.vocabulary =
                width(session, GraphNames.LOGITS).orElseThrow(() -> noOutput(GraphNames.LOGITS, "[masks, vocabulary]"));
        this.embeddingSize = width(session, GraphNames.EMBEDDINGS);
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
        OrtEnvironment environment = environment();
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            Provider provider = Provider.choose(device, NvidiaDriver.find(), options);
            OrtSession session = environment.createSession(graph.toString(), options);
            try {
                return new Engine(environment, options, session, provider, threads, batches);
            } catch (OrtException | RuntimeException refused) {
                session.close();
                throw refused;
            }
        } catch (OrtException refused) {
            options.close();
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED,
                    "ONNX Runtime refused the graph %s: %s".formatted(graph.getFileName(), reason(refused)),
                    refused);
        } catch (RuntimeException refused) {
            options.close();
            throw refused;
        }
    }

    /** What it says without codes, paths and places in its source. */
    private static String reason(OrtException refused) {
        return String.valueOf(refused.getMessage())
                .replaceFirst("^Error code - \\S+ - message: ", "")
                .replaceFirst("^Load model from .*? failed: ?", "")
                .replaceFirst("^\\S+\\.(?:h|cc|cpp):\\d+ [^)]*\\)(?: const)? ", "")
                .strip();
    }

    /**
     * Loads ONNX Runtime's native library ahead of {@link #open}, which then finds it loaded.
     *
     * @throws Fault of kind CONFIGURATION when it doesn't load
     */
    public static void loadLibrary() {
        environment();
    }

    private static synchronized OrtEnvironment environment() {
        if (libraryFault != null) {
            throw libraryFault;
        }
        try {
            // Its warnings name files and tensors and are of no use to an operator; errors come as exceptions.
            return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "unmask");
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError | NoClassDefFoundError missing) {
            libraryFault = new Fault(
                    Fault.Kind.CONFIGURATION,
                    "ONNX Runtime's native library could not be loaded: %s. It is unpacked to the temp folder at start:"
                                    .formatted(missing.getMessage())
                            + " make that writable (-Djava.io.tmpdir=…), or unpack the libraries once and point"
                            + " -Donnxruntime.native.path=… to their folder.",
                    missing);
            throw libraryFault;
        }
    }

    /** How many floats a row of an output has; none where the graph has no such output of known width. */
    private static OptionalInt width(OrtSession session, String output) throws OrtException {
        NodeInfo node = session.getOutputInfo().get(output);
        if (node != null && node.getInfo() instanceof TensorInfo tensor) {
            long[] shape = tensor.getShape();
            if (shape.length == 2 && shape[1] > 0) {
                return OptionalInt.of(Math.toIntExact(shape[1]));
            }
        }
        return OptionalInt.empty();
    }

    private static Fault noOutput(String name, String shape) {
        return Fault.modelRefused(
                "The graph has no output \"%s\" of shape %s; import the model again.".formatted(name, shape));
    }

    /**
     * Gives the logits of one batch.
     *
     * @param ids token ids of each text, at least one text; shorter ones are padded on the right
     * @param masks positions of each text's masks, which may be none
     * @return logits at every mask, text by text, valid until the next run
     * @throws Fault of kind NOT_READY when the engine is closed
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows run(int[][] ids, int[][] masks) {
        int rows = Arrays.stream(masks).mapToInt(text -> text.length).sum();
        return run(GraphNames.LOGITS, ids, masks, rows, vocabulary);
    }

    /**
     * Gives the text embeddings of one batch.
     *
     * @param ids token ids of each text, at least one text; shorter ones are padded on the right
     * @return an L2-normalised embedding for each text, valid until the next run
     * @throws Fault of kind NOT_READY when the engine is closed, MODEL_REFUSED when the graph makes no embeddings
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Rows embed(int[][] ids) {
        int size = embeddingSize.orElseThrow(() -> noOutput(GraphNames.EMBEDDINGS, "[batch, projection]"));
        int[][] masks = new int[ids.length][0];
        // The masked-LM head runs in any case. One row costs little and spares every provider's kernels an empty
        // tensor.
        masks[0] = new int[] {0};
        return run(GraphNames.EMBEDDINGS, ids, masks, ids.length, size);
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
            int own = output.equals(GraphNames.LOGITS) ? masks[text].length : 1;
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
        long positions = buffers.positions().limit();
        try (OnnxTensor idTensor = tensor(buffers.ids(), texts, buffers.longest());
                OnnxTensor lengthTensor = tensor(buffers.lengths(), texts);
                OnnxTensor maskTensor = tensor(buffers.positions(), positions);
                OnnxTensor outputTensor =
                        OnnxTensor.createTensor(environment, values, new long[] {values.limit() / width, width})) {
            Map<String, OnnxTensor> inputs = Map.of(
                    GraphNames.INPUT_IDS, idTensor,
                    GraphNames.LENGTHS, lengthTensor,
                    GraphNames.MASK_POSITIONS, maskTensor);
            // ONNX Runtime writes into our buffer; the result holds nothing but a reference to it.
            session.run(inputs, Map.of(output, outputTensor)).close();
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed on a batch", failed);
        }
    }

    private OnnxTensor tensor(IntBuffer values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, values, shape);
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
        return provider;
    }

    /** Intra-op threads in use. */
    public int threads() {
        return threads;
    }

    /** ONNX Runtime's version. */
    public String runtimeVersion() {
        return environment.getVersion();
    }

    /** Closes the session after the run that is under way. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            session.close();
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed to close its session", failed);
        } finally {
            options.close();
        }
    }
}
