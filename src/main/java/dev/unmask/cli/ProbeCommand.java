package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a service on this machine whether it is ready, for images without a shell. */
@Command(
        name = "probe",
        description = {"Ask the service on this machine whether it is ready to answer.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Exit codes: 0 ready; 1 not ready, or not running; 2 wrong usage."})
final class ProbeCommand implements Callable<Integer> {
    private static final int PATIENCE_MILLISECONDS = 3_000;
    private static final int OK = 200;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            defaultValue = "${env:QUARKUS_MANAGEMENT_PORT:-9000}",
            description = "The port of the health probes [QUARKUS_MANAGEMENT_PORT; 9000]")
    private int port;

    @Override
    public Integer call() {
        int status;
        try {
            URL ready = URI.create("http://127.0.0.1:%d/q/health/ready"
                            .formatted(Options.inRange("--management-port", port, 65_535)))
                    .toURL();
            HttpURLConnection connection = (HttpURLConnection) ready.openConnection();
            connection.setConnectTimeout(PATIENCE_MILLISECONDS);
            connection.setReadTimeout(PATIENCE_MILLISECONDS);
            status = connection.getResponseCode();
        } catch (IOException nobody) {
            throw Fault.notReady("Nothing answers on port %d of this machine.".formatted(port), nobody);
        }
        if (status != OK) {
            throw Fault.notReady("The service is not ready (status %d).".formatted(status));
        }
        return Unmask.DONE;
    }
}
