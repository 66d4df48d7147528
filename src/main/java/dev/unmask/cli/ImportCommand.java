package dev.unmask.cli;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.store.Importer;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a store entry from a checkpoint's folder. */
@Command(
        name = "import",
        description = {
            "Make a store entry from the folder of a Hugging Face checkpoint",
            "(config.json; model.safetensors or pytorch_model.bin, one file or shards;",
            "vocab.txt or tokenizer.json).",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Serve it with `unmask serve --model NAME`.",
            "Exit codes: 0 imported; 1 refused or failed, and the store is as it was; 2 wrong usage."
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The checkpoint's folder")
    private Path source;

    @Option(names = "--name", paramLabel = "NAME", description = "The entry's name (by default the folder's)")
    private String name;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            defaultValue = "${env:UNMASK_MODEL_STORE:-model-store}",
            description = "The model store [UNMASK_MODEL_STORE; model-store]")
    private Path store;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:UNMASK_PRECISION:-auto}",
            description = "auto or fp32 [UNMASK_PRECISION; auto]")
    private String precision;

    @Option(
            names = "--do-lower-case",
            paramLabel = "true|false",
            arity = "1",
            description =
                    "Lower-case text or not, whatever tokenizer_config.json says (by default as it says; true without it)")
    private Boolean lowerCase;

    @Override
    public Integer call() throws IOException {
        if (store.toString().isBlank()) {
            throw Fault.configuration("The store's folder is empty; give --store or UNMASK_MODEL_STORE a folder.");
        }
        if (!Files.isDirectory(source)) {
            throw Fault.configuration("\"%s\" is not a folder; give the folder of a checkpoint.".formatted(source));
        }
        Path folder = source.toRealPath();
        String entryName = name != null ? name : String.valueOf(folder.getFileName());
        Path entry = new ModelStore(store).entry(entryName);
        try (TerminalProgress progress = new TerminalProgress("Importing " + entryName)) {
            Importer importer = new Importer(folder, entryName, Precision.parse(precision), progress);
            report((lowerCase == null ? importer : importer.lowerCase(lowerCase)).into(entry), entry);
            return Unmask.DONE;
        }
    }

    private void report(Manifest manifest, Path entry) {
        PrintWriter out = spec.commandLine().getOut();
        manifest.warnings().forEach(spec.commandLine().getErr()::println);
        Manifest.Shape shape = manifest.shape();
        out.printf(
                "Imported \"%s\" (revision %s, %s): %d layers of width %d, %,d pieces, %d positions, in %s%n",
                manifest.name(),
                manifest.revision(),
                manifest.precision(),
                shape.layers(),
                shape.hidden(),
                shape.vocabulary(),
                shape.positions(),
                entry);
        out.printf("Serve it with UNMASK_MODEL=%s%n", manifest.name());
    }
}
