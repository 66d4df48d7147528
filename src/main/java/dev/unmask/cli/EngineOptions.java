package dev.unmask.cli;

import dev.unmask.engine.Device;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.importing.Models;
import dev.unmask.store.StoredModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model store and device options of commands that run a model. */
final class EngineOptions {
    @Mixin
    private StoreOption store;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "${env:UNMASK_DEVICE:-auto}",
            description = "auto, cpu, cuda or cuda:N [UNMASK_DEVICE; auto]")
    private String device;

    @Option(names = "--threads", paramLabel = "N", description = "Intra-op threads [the processors that may be used]")
    private Integer threads;

    Device device() {
        return Fault.naming("--device (UNMASK_DEVICE)", () -> Device.parse(device));
    }

    int threads() {
        return Options.threads(threads);
    }

    /** Opens a model, with a progress bar if it has to be imported first. */
    StoredModel open(String model, Precision precision) {
        try (TerminalProgress progress = new TerminalProgress()) {
            return new Models(store.path()).open(model, precision, progress);
        }
    }
}
