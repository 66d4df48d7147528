package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.util.stream.Stream;

/** Says in a sentence why the server did not start. */
final class StartFailure {
    private StartFailure() {}

    /** A fault's sentence where there is one underneath, otherwise what the innermost failure says. */
    static String sentence(Throwable failure) {
        return causes(failure)
                .filter(Fault.class::isInstance)
                .findFirst()
                .map(Throwable::getMessage)
                .orElseGet(() -> "The server could not start: " + explain(failure));
    }

    private static String explain(Throwable failure) {
        Throwable root = causes(failure).reduce((outer, inner) -> inner).orElseThrow();
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.contains("Address already in use")
                ? message
                        + ". Stop what listens there, or choose other ports with --port and --management-port"
                        + " (QUARKUS_HTTP_PORT, QUARKUS_MANAGEMENT_PORT)."
                : SettingProblems.explain(message);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
