package dev.unmask.cli;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;

/** Explains why the server did not start. */
final class StartFailure {
    private StartFailure() {}

    /** The message of the underlying fault if there is one, or those about bad settings; otherwise the innermost failure's. */
    static String sentence(Throwable failure) {
        return causes(failure)
                .filter(Fault.class::isInstance)
                .findFirst()
                .map(Throwable::getMessage)
                .or(() -> SettingProblems.explain(message(innermost(failure))))
                .orElseGet(() -> "The server could not start: " + explain(innermost(failure)));
    }

    private static Throwable innermost(Throwable failure) {
        return causes(failure).reduce((outer, inner) -> inner).orElseThrow();
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static String explain(Throwable failure) {
        String message = message(failure);
        if (failure instanceof FileSystemException denied) {
            // The server's first write is a cache in the temp folder.
            return "%s. If that is in the temp folder, choose another with -Djava.io.tmpdir=…."
                    .formatted(FileFailure.describe(denied));
        }
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
