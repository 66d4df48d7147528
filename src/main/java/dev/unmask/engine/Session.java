package dev.unmask.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An ONNX Runtime session with its environment, options and provider.
 *
 * @param environment of the process
 * @param options to be closed after the session
 * @param session the session
 * @param provider the execution provider in use
 */
record Session(OrtEnvironment environment, SessionOptions options, OrtSession session, Provider provider)
        implements AutoCloseable {
    /** Why the native library didn't load. The JVM doesn't report it again on a second attempt. */
    private static Fault libraryFault;

    /**
     * Opens a graph.
     *
     * @param graph the ONNX file; its external weights lie beside it
     * @param cudaGraph one for CUDA, if there is one
     * @param device where to run
     * @param threads intra-op threads, at least 1; ONNX Runtime's own default is the host's cores, whatever the
     *     container's quota
     * @throws Fault of kind DEVICE_UNAVAILABLE when the device is unavailable, MODEL_REFUSED when ONNX Runtime refuses the
     *     graph, OUT_OF_ROOM when there is no memory for its weights, CONFIGURATION when its native library doesn't load,
     *     NOT_READY when the process ends
     */
    static Session open(Path graph, Optional<Path> cudaGraph, Device device, int threads) {
        OrtEnvironment environment = load();
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            Provider provider = Provider.choose(device, NvidiaDriver.find(), options);
            // A pattern keeps a run's activations in one block, planned anew for each combination of lengths.
            // On a processor that takes 30 MB more in int8 and is no faster (docs/performance.md).
            options.setMemoryPatternOptimization(provider.cuda());
            Path chosen = provider.cuda() ? cudaGraph.orElse(graph) : graph;
            OrtSession opened = NativeWork.OF_PROCESS.in(() -> environment.createSession(chosen.toString(), options));
            return new Session(environment, options, opened, provider);
        } catch (OrtException refused) {
            options.close();
            throw OrtFailures.outOfMemory(refused)
                    ? new Fault(Fault.Kind.OUT_OF_ROOM, "There is not enough memory for the model's weights.", refused)
                    : Fault.modelRefused(
                            "ONNX Runtime refused the graph %s: %s"
                                    .formatted(
                                            graph.getFileName(),
                                            OrtFailures.reason(String.valueOf(refused.getMessage()))),
                            refused);
        } catch (RuntimeException refused) {
            options.close();
            throw refused;
        }
    }

    static Provider providerFor(Device device) {
        load();
        try (SessionOptions options = new SessionOptions()) {
            return Provider.choose(device, NvidiaDriver.find(), options);
        }
    }

    /** Loads the native library on the first call, and returns the process's only environment. */
    static synchronized OrtEnvironment load() {
        if (libraryFault != null) {
            throw libraryFault;
        }
        try {
            Telemetry.turnOff();
            // Its warnings name files and tensors and don't help an operator; errors are thrown as exceptions.
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "unmask");
            Telemetry.turnOff(environment);
            return environment;
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError | NoClassDefFoundError missing) {
            // The initializer's own message is empty; its cause says more.
            Throwable reason = missing.getCause() == null ? missing : missing.getCause();
            libraryFault = Fault.configuration(
                    "ONNX Runtime's native library could not be loaded: %s. It is unpacked to the temp folder at start:"
                                    .formatted(reason.getMessage())
                            + " make that writable (-Djava.io.tmpdir=…), or unpack the libraries once and point"
                            + " -Donnxruntime.native.path=… to their folder.",
                    missing);
            throw libraryFault;
        }
    }

    /** Whether the graph has this input. */
    boolean takes(String input) {
        return session.getInputNames().contains(input);
    }

    /** How many floats a row of an output has; empty if the graph has no such output of known width. */
    OptionalInt width(String output) {
        return dimensions(output)
                .filter(shape -> shape[1] > 0)
                .map(shape -> OptionalInt.of(Math.toIntExact(shape[1])))
                .orElse(OptionalInt.empty());
    }

    /** The two dimensions of an output; empty if the graph has no such output, or one of them is open. */
    Optional<int[]> shape(String output) {
        return dimensions(output).filter(shape -> shape[0] > 0 && shape[1] > 0).map(shape ->
                new int[] {Math.toIntExact(shape[0]), Math.toIntExact(shape[1])});
    }

    private Optional<long[]> dimensions(String output) {
        try {
            NodeInfo node = session.getOutputInfo().get(output);
            return node != null && node.getInfo() instanceof TensorInfo tensor && tensor.getShape().length == 2
                    ? Optional.of(tensor.getShape())
                    : Optional.empty();
        } catch (OrtException untold) {
            throw new IllegalStateException("ONNX Runtime does not tell a graph's outputs", untold);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException failed) {
            throw new IllegalStateException("ONNX Runtime failed to close its session", failed);
        } finally {
            options.close();
        }
    }
}
