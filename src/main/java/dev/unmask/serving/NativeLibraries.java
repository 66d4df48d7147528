package dev.unmask.serving;

import dev.unmask.engine.Engine;
import dev.unmask.text.Tokenizer;
import org.slf4j.LoggerFactory;

/** The native libraries, unpacked and loaded while the framework starts, on a core that would have nothing to do. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Begins to load them and returns at once. A failure is left to the model's loading, which meets and reports it. */
    public static void loadInBackground() {
        // The tokenizer's Java side logs by SLF4J, and so does the framework. When two threads meet in SLF4J's first
        // use, one of them gets a substitute and a complaint about that goes to standard error: so that use is here.
        LoggerFactory.getILoggerFactory();
        Thread loader = new Thread(NativeLibraries::load, "unmask-libraries");
        loader.setDaemon(true);
        loader.start();
    }

    private static void load() {
        try {
            Engine.loadLibrary();
            Tokenizer.loadLibrary();
        } catch (RuntimeException | LinkageError reportedLater) {
            // Or the process is ending already, which the libraries don't expect while they are loaded.
            System.getLogger(NativeLibraries.class.getName())
                    .log(System.Logger.Level.DEBUG, "A native library did not load ahead of the model.", reportedLater);
        }
    }
}
