package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The model store option. */
final class StoreOption {
    @Option(
            names = "--store",
            paramLabel = "DIR",
            defaultValue = "${env:UNMASK_MODEL_STORE:-model-store}",
            description = "The model store [UNMASK_MODEL_STORE; model-store]")
    private Path store;

    /**
     * The store's folder.
     *
     * @throws Fault of kind CONFIGURATION when it is blank
     */
    Path path() {
        if (store.toString().isBlank()) {
            throw Fault.configuration("The store's folder is empty; give --store or UNMASK_MODEL_STORE a folder.");
        }
        return store;
    }
}
