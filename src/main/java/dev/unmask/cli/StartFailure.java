package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Says why the server did not start. */
final class StartFailure {
    private static final Logger LOG = Logger.getLogger("dev.unmask.serve");

    private StartFailure() {}

    /** A fault's sentence where there is one underneath, otherwise the failure itself. */
    static void print(Throwable failure) {
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(Fault.class::isInstance)
                .findFirst()
                .ifPresentOrElse(
                        fault -> LOG.error(fault.getMessage()),
                        () -> LOG.error("The server could not start: " + explain(failure)));
    }

    private static String explain(Throwable failure) {
        String message = rootMessage(failure);
        return message.contains("Address already in use")
                ? message
                        + ". Stop what listens there, or choose other ports with --port and --management-port"
                        + " (QUARKUS_HTTP_PORT, QUARKUS_MANAGEMENT_PORT)."
                : message;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
