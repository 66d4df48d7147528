package dev.unmask.cli;

import dev.unmask.http.ConnectionGuard;
import dev.unmask.serving.Ending;
import dev.unmask.serving.NativeLibraries;
import dev.unmask.serving.OutOfMemory;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves a model until the process is stopped. */
@Command(
        name = "serve",
        description = {"Serve a model over HTTP (the default command).", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Every option has an environment variable, in brackets above; docs/configuration.md lists all settings.",
            "Exit codes: 143 stopped by SIGTERM, 130 by Ctrl+C; 1 the model, the device or a setting was refused; 2 wrong usage."
        })
final class ServeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|hf://OWNER/NAME",
            description =
                    "The model: a name in the store, a folder, an archive, or a model on the hub, which is downloaded once [UNMASK_MODEL; demo]")
    private String model;

    @Option(names = "--store", paramLabel = "DIR", description = "The model store [UNMASK_MODEL_STORE; model-store]")
    private String store;

    @Option(names = "--device", paramLabel = "DEVICE", description = "auto, cpu, cuda or cuda:N [UNMASK_DEVICE; auto]")
    private String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Intra-op threads [UNMASK_THREADS; the processors that may be used]")
    private Integer threads;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Where to listen [QUARKUS_HTTP_HOST; 0.0.0.0]")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", description = "The API's port [QUARKUS_HTTP_PORT; 8080]")
    private Integer port;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "The port of the health probes [QUARKUS_MANAGEMENT_PORT; 9000]")
    private Integer managementPort;

    @Override
    public Integer call() {
        OutOfMemory.guard();
        KnownSettings.warnings(System.getenv().keySet())
                .forEach(spec.commandLine().getErr()::println);
        ConnectionGuard.enable();
        NativeLibraries.loadInBackground();
        set("unmask.model", model);
        set("unmask.model-store", store);
        set("unmask.device", device);
        set("unmask.threads", threads);
        set("quarkus.http.host", host);
        set("quarkus.http.port", port);
        set("quarkus.management.port", managementPort);
        Ending.by(Quarkus::asyncExit);
        AtomicInteger code = new AtomicInteger();
        Quarkus.run(null, (exitCode, failure) -> code.set(failure == null ? exitCode : explain(failure)));
        return code.get();
    }

    /** System properties take precedence over the environment, so options win. */
    private static void set(String property, Object value) {
        if (value != null) {
            System.setProperty(property, value.toString());
        }
    }

    private int explain(Throwable failure) {
        spec.commandLine().getErr().println(StartFailure.sentence(failure));
        return Unmask.REFUSED;
    }
}
