package dev.unmask.cli;

import dev.unmask.fault.Fault;
import dev.unmask.serving.Ending;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/**
 * The entry point. Without a command it serves. This is plain picocli instead of the framework's extension, which ends the
 * process when the command returns; a server must keep running.
 */
@QuarkusMain
@Command(
        name = "unmask",
        description = {"Serves masked language models for chest X-ray reports over HTTP, without Python.", ""},
        subcommands = {
            ServeCommand.class,
            ImportCommand.class,
            ModelsCommand.class,
            EvaluateCommand.class,
            BenchCommand.class,
            ProbeCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Unmask.Version.class,
        footer = {
            "",
            "Without a command it serves, with the options of serve. `unmask COMMAND --help` describes a command.",
            "",
            "Exit codes: 0 done; 1 refused, with a message that says what to change; 2 wrong usage; 143, 130 stopped by a signal, leaving nothing behind."
        })
public final class Unmask {
    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

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

    /** Runs a command and ends the process with its exit code. */
    public static void main(String... arguments) {
        Ending.watch();
        try {
            Authorities.trustConfigured();
        } catch (Fault refused) {
            System.err.println(refused.getMessage());
            Ending.exit(REFUSED);
        }
        Ending.exit(commandLine().execute(withCommand(arguments)));
    }

    /** Options without a command belong to {@code serve}. */
    static String[] withCommand(String... arguments) {
        boolean serves = arguments.length == 0 || arguments[0].startsWith("-") && !OWN_OPTIONS.contains(arguments[0]);
        return serves
                ? Stream.concat(Stream.of("serve"), Arrays.stream(arguments)).toArray(String[]::new)
                : arguments;
    }

    static CommandLine commandLine() {
        return new CommandLine(new Unmask())
                .setExecutionExceptionHandler(Unmask::explain)
                .setUsageHelpAutoWidth(true);
    }

    private static int explain(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (Ending.begun()) {
            // Whatever failed did so because of that.
            command.getErr().println("Interrupted.");
            return REFUSED;
        }
        if (failure instanceof Fault fault) {
            command.getErr().println(fault.getMessage());
            return REFUSED;
        }
        throw failure;
    }
}
