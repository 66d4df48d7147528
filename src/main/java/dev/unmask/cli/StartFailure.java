package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.util.stream.Stream;

/** Says in a sentence why the server did not start. */
final class StartFailure {
    private StartFailure() {}

    /** A fault's sentence where there is one underneath, or those on bad settings, otherwise what the innermost failure says. */
    static String sentence(Throwable failure) {
        return causes(failure)
                .filter(Fault.class::isInstance)
                .findFirst()
                .map(Throwable::getMessage)
                .or(() -> SettingProblems.explain(innermost(failure)))
                .orElseGet(() -> "The server could not start: " + explain(innermost(failure)));
    }

    private static String innermost(Throwable failure) {
        Throwable root = causes(failure).reduce((outer, inner) -> inner).orElseThrow();
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static String explain(String message) {
        return message.contains("Address already in use")
                ? message
                        + ". Stop what listens there, or choose other ports with --port and --management-port"
                        + " (QUARKUS_HTTP_PORT, QUARKUS_MANAGEMENT_PORT)."
                : message;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
