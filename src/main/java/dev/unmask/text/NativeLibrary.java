package dev.unmask.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Loads the Rust library once, from the jar or the operator's path, and never from the network.
 *
 * <p>By default DJL looks for a GPU, downloads a CUDA build on a CUDA machine, and calls home. In DJL an environment
 * variable overrides a system property of the same name, so the operator's settings stay in force.
 */
final class NativeLibrary {

    /**
     * DJL's messages about loading name paths of the machine, and a GPU that the tokenizer wouldn't use. Kept here, since
     * an unreferenced logger loses its level.
     */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("ai.djl"), Logger.getLogger("ai.djl.util.cuda"));

    /** Why it didn't load. The JVM doesn't report it again on a second attempt. */
    private static Fault failure;

    private NativeLibrary() {}

    /**
     * Makes the native methods callable. Does nothing after the first success; a first failure is
     * permanent for this JVM, because DJL loads in a static initializer.
     *
     * @throws Fault of kind {@code CONFIGURATION} when the library can't be loaded
     */
    static synchronized void load() {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        if (failure != null) {
            throw failure;
        }
        unlessSet("ai.djl.offline", "DJL_OFFLINE");
        unlessSet("OPT_OUT_TRACKING", "OPT_OUT_TRACKING");
        if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        // DJL looks for its own files through the context class loader, which may not know them.
        thread.setContextClassLoader(LibUtils.class.getClassLoader());
        try {
            LibUtils.checkStatus();
        } catch (RuntimeException | LinkageError e) {
            failure = Fault.configuration(
                    "The native tokenizer library can't be loaded. Make the folder of java.io.tmpdir or the"
                            + " one that DJL_CACHE_DIR names writable and executable, or set RUST_LIBRARY_PATH to"
                            + " the library file itself ("
                            + System.mapLibraryName("tokenizers")
                            + " from the tokenizers jar, not its folder).",
                    e);
            throw failure;
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    /** The Rust library's version and the binding's, as the jar itself says. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream file = LibUtils.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties.getProperty("version", "unknown");
    }

    private static void unlessSet(String property, String variable) {
        if (System.getenv(variable) == null && System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
