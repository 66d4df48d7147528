package dev.unmask.cli;

import dev.unmask.fault.Fault;
import dev.unmask.store.Inventory;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoreEntry;
import dev.unmask.store.StoreEntry.State;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, verifies and removes the models in the store. */
@Command(
        name = "models",
        description = {"List, verify and remove the models in the store.", ""},
        subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Verify.class, ModelsCommand.Remove.class},
        mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "models needs a command: list, verify or remove");
    }

    /** {@code models list}. */
    @Command(
            name = "list",
            description = {"List the models: name, state, precision, size, revision, source.", ""},
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "States: imported; checkpoint (a folder as published, imported at first start); link (to the target shown);",
                "dangling (a link to nothing); damaged (import it again); unfinished (a half-written entry or download, never served); unknown (not a model).",
            })
    static final class ListModels implements Callable<Integer> {
        private static final String ROW = "%-32s  %-10s  %-9s  %11s  %-12s  %s";
        private static final int SHORT_REVISION = 12;
        private static final String NONE = "-";

        @Spec
        private CommandSpec spec;

        @Mixin
        private StoreOption store;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            List<StoreEntry> entries = new Inventory(store.path()).entries();
            if (entries.isEmpty()) {
                out.printf("The store \"%s\" holds no models.%n", store.path());
                return Unmask.DONE;
            }
            out.println(ROW.formatted("NAME", "STATE", "PRECISION", "SIZE", "REVISION", "SOURCE"));
            entries.forEach(entry -> out.println(row(entry)));
            return Unmask.DONE;
        }

        private static String row(StoreEntry entry) {
            Manifest manifest = entry.manifest();
            return ROW.formatted(
                    entry.name(),
                    entry.state().name().toLowerCase(Locale.ROOT),
                    manifest == null ? NONE : manifest.precision(),
                    String.format(Locale.ROOT, "%.1f MiB", entry.size() / (double) (1 << 20)),
                    manifest == null ? NONE : brief(manifest.revision()),
                    manifest == null ? NONE : manifest.source());
        }

        private static String brief(String revision) {
            return revision == null ? NONE : revision.substring(0, Math.min(revision.length(), SHORT_REVISION));
        }
    }

    /** {@code models verify [NAME]}. */
    @Command(
            name = "verify",
            description = {"Compare the files of one model, or of all imported models, with their digests.", ""},
            mixinStandardHelpOptions = true,
            footer = {"", "Exit codes: 0 all files are unchanged; 1 a file is missing or differs; 2 wrong usage."})
    static final class Verify implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private StoreOption store;

        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The model (by default all)")
        private String name;

        @Override
        public Integer call() {
            Inventory inventory = new Inventory(store.path());
            if (name != null) {
                return verify(inventory, name) ? Unmask.DONE : Unmask.REFUSED;
            }
            boolean whole = true;
            for (StoreEntry entry : inventory.entries()) {
                if (entry.state() == State.IMPORTED || entry.state() == State.DAMAGED) {
                    whole &= verify(inventory, entry.name());
                }
            }
            return whole ? Unmask.DONE : Unmask.REFUSED;
        }

        private boolean verify(Inventory inventory, String model) {
            try {
                spec.commandLine().getOut().printf("%s: %d files are unchanged%n", model, inventory.verify(model));
                return true;
            } catch (Fault differs) {
                // The other models are checked nevertheless.
                spec.commandLine().getErr().println(differs.getMessage());
                return false;
            }
        }
    }

    /** {@code models remove NAME}. */
    @Command(
            name = "remove",
            description = {"Remove a model from the store, or leftovers of unfinished downloads and imports.", ""},
            mixinStandardHelpOptions = true,
            footer = {"", "Exit codes: 0 removed; 1 refused, or not confirmed; 2 wrong usage."})
    static final class Remove implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private StoreOption store;

        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The model")
        private String name;

        @Option(names = "--unfinished", description = "Instead of a model: unfinished downloads and imports")
        private boolean unfinished;

        @Option(names = "--yes", description = "Don't ask")
        private boolean yes;

        @Override
        public Integer call() {
            if (unfinished == (name != null)) {
                throw new ParameterException(spec.commandLine(), "remove needs a model's name, or --unfinished");
            }
            Inventory inventory = new Inventory(store.path());
            String what = unfinished ? "the unfinished downloads and imports" : "the model \"%s\"".formatted(name);
            if (!yes && !Terminal.confirms("Remove %s from \"%s\"?".formatted(what, store.path()))) {
                throw Fault.configuration("Nothing was removed; use --yes to remove %s.".formatted(what));
            }
            PrintWriter out = spec.commandLine().getOut();
            if (unfinished) {
                out.printf("Removed %d unfinished downloads and imports%n", inventory.removeUnfinished());
            } else {
                inventory.remove(name);
                out.printf("Removed \"%s\"%n", name);
            }
            return Unmask.DONE;
        }
    }
}
