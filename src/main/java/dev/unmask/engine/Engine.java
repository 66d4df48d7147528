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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

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

    private IntBuffer idBuffer = ints(512);
    private IntBuffer lengthBuffer = ints(8);
    private IntBuffer maskBuffer = ints(8);
    private FloatBuffer logitBuffer = floats(8);
    private boolean closed;

    private Engine(
            OrtEnvironment environment,
            SessionOptions options,
            OrtSession session,
            Provider provider,
            int threads,
            int vocabulary) {
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.provider = provider;
        this.threads = threads;
        this.vocabulary = vocabulary;
    }

    /**
     * Opens a session over a graph with the inputs and the output of {@link GraphNames}.
     *
     * @param graph the ONNX file; its external weights lie beside it
     * @param device where it is asked to run
     * @param threads intra-op threads, at least 1; ONNX Runtime's own default is the host's cores, whatever the
     *     container's quota
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device can't be had, MODEL_REFUSED when ONNX Runtime refuses the
     *     graph, CONFIGURATION when its native library doesn't load
     */
    public static Engine open(Path graph, Device device, int threads) {
        OrtEnvironment environment = environment();
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            Provider provider = Provider.choose(device, NvidiaDriver.find(), options);
            OrtSession session = environment.createSession(graph.toString(), options);
            try {
                return new Engine(environment, options, session, provider, threads, vocabulary(session));
            } catch (OrtException | RuntimeException refused) {
                session.close();
                throw refused;
            }
        } catch (OrtException refused) {
            options.close();
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED,
                    "ONNX Runtime refused the graph %s: %s".formatted(graph.getFileName(), refused.getMessage()),
                    refused);
        } catch (RuntimeException refused) {
            options.close();
            throw refused;
        }
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

    private static int vocabulary(OrtSession session) throws OrtException {
        NodeInfo logits = session.getOutputInfo().get(GraphNames.LOGITS);
        if (logits != null && logits.getInfo() instanceof TensorInfo tensor) {
            long[] shape = tensor.getShape();
            if (shape.length == 2 && shape[1] > 0) {
                return Math.toIntExact(shape[1]);
            }
        }
        throw Fault.modelRefused("The graph has no output \"%s\" of shape [masks, vocabulary]; import the model again."
                .formatted(GraphNames.LOGITS));
    }

    /**
     * Runs one batch.
     *
     * @param ids token ids of each text, at least one text; shorter ones are padded on the right
     * @param masks positions of each text's masks
     * @return logits at every mask, text by text, valid until the next run
     * @throws Fault of kind NOT_READY when the engine is closed
     * @throws IllegalStateException when ONNX Runtime fails
     */
    public synchronized Logits run(int[][] ids, int[][] masks) {
        if (closed) {
            throw new Fault(Fault.Kind.NOT_READY, "The service is stopping.");
        }
        int longest = Arrays.stream(ids).mapToInt(text -> text.length).max().orElseThrow();
        int rows = Arrays.stream(masks).mapToInt(text -> text.length).sum();
        fill(ids, masks, longest, rows);
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, idBuffer, new long[] {ids.length, longest});
                OnnxTensor lengthTensor = OnnxTensor.createTensor(environment, lengthBuffer, new long[] {ids.length});
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, maskBuffer, new long[] {rows});
                OnnxTensor logitTensor =
                        OnnxTensor.createTensor(environment, logitBuffer, new long[] {rows, vocabulary})) {
            Map<String, OnnxTensor> inputs = Map.of(
                    GraphNames.INPUT_IDS, idTensor,
                    GraphNames.LENGTHS, lengthTensor,
                    GraphNames.MASK_POSITIONS, maskTensor);
            // ONNX Runtime writes into our buffer; the result holds nothing but a reference to it.
            session.run(inputs, Map.of(GraphNames.LOGITS, logitTensor)).close();
            return new Logits(logitBuffer, vocabulary);
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed on a batch", failed);
        }
    }

    /** Fills the input buffers and makes the output buffer fit; all are reused from run to run. */
    private void fill(int[][] ids, int[][] masks, int longest, int rows) {
        idBuffer = fitting(idBuffer, Math.multiplyExact(ids.length, longest));
        lengthBuffer = fitting(lengthBuffer, ids.length);
        maskBuffer = fitting(maskBuffer, rows);
        int values = Math.multiplyExact(rows, vocabulary);
        logitBuffer = logitBuffer.capacity() < values ? floats(values) : logitBuffer;
        logitBuffer.clear().limit(values);

        int mask = 0;
        for (int row = 0; row < ids.length; row++) {
            int start = row * longest;
            idBuffer.put(start, ids[row]);
            for (int column = ids[row].length; column < longest; column++) {
                idBuffer.put(start + column, 0);
            }
            lengthBuffer.put(row, ids[row].length);
            for (int position : masks[row]) {
                maskBuffer.put(mask++, start + position);
            }
        }
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

    private static IntBuffer fitting(IntBuffer buffer, int size) {
        IntBuffer fitting = buffer.capacity() < size ? ints(size) : buffer;
        fitting.clear().limit(size);
        return fitting;
    }

    private static IntBuffer ints(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Integer.BYTES))
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    private static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
