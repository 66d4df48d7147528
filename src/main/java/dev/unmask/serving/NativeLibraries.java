package dev.unmask.serving;

import dev.unmask.engine.Engine;
import dev.unmask.text.Tokenizer;
import org.slf4j.LoggerFactory;

/** Unpacks and loads the native libraries while the framework starts, on an otherwise idle core. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Starts loading them and returns at once. Loading the model reports a failure. */
    public static void loadInBackground() {
        // The tokenizer's Java side and the framework both log by SLF4J. When two threads initialize SLF4J at once, one
        // of them gets a substitute logger and a warning goes to standard error, so it is initialized here.
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
            // Or the process is already ending, which the libraries don't expect during loading.
            System.getLogger(NativeLibraries.class.getName())
                    .log(System.Logger.Level.DEBUG, "A native library did not load ahead of the model.", reportedLater);
        }
    }
}
