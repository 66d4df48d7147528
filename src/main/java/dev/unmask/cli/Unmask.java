package dev.unmask.cli;

import dev.unmask.fault.Fault;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/**
 * The entry point. Without a command it serves. Plain picocli instead of the framework's: that one ends the process when
 * no command runs to its end, and a server doesn't.
 */
@QuarkusMain
@Command(
        name = "unmask",
        description = {"Serves masked language models for chest X-ray reports over HTTP, without Python.", ""},
        subcommands = {ServeCommand.class, ImportCommand.class, CommandLine.HelpCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Unmask.Version.class,
        footer = {
            "",
            "Without a command it serves. `unmask COMMAND --help` tells more of a command.",
            "",
            "Exit codes: 0 done; 1 refused, with a sentence that says what to change; 2 wrong usage."
        })
public final class Unmask {
    static final int DONE = 0;
    static final int REFUSED = 1;

    /** The service's version, from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Unmask.class.getPackage().getImplementationVersion();
            return new String[] {"unmask " + (version == null ? "(development build)" : version)};
        }
    }

    private Unmask() {}

    /** Runs a command and ends the process with its exit code; {@code serve} ends it by itself. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments.length == 0 ? new String[] {"serve"} : arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Unmask())
                .setExecutionExceptionHandler(Unmask::explain)
                .setUsageHelpAutoWidth(true);
    }

    private static int explain(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof Fault fault) {
            command.getErr().println(fault.getMessage());
            return REFUSED;
        }
        throw failure;
    }
}
