package dev.unmask.cli;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.importing.ImportChoices;
import dev.unmask.importing.Source;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a store entry from a checkpoint on the hub, in a folder or in an archive. */
@Command(
        name = "import",
        description = {
            "Create a store entry from a Hugging Face checkpoint.",
            "hf://owner/name[@revision] downloads it from the hub; a folder (also a snapshot of the hub's cache, or an Azure ML model)",
            "or an archive (.tar.gz, .tgz, .tar, .zip) is read from the disk.",
            "It reads config.json; model.safetensors or pytorch_model.bin, one file or shards, or an ONNX",
            "export; vocab.txt or tokenizer.json.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Downloads honor HF_TOKEN, HF_ENDPOINT, https_proxy and no_proxy, like the hub's own tools.",
            "Run the same import again to resume an interrupted download.",
            "Serve it with `unmask serve --model NAME`.",
            "Exit codes: 0 imported; 1 refused or failed, leaving the store unchanged; 2 wrong usage; 143, 130 stopped by a signal, leaving nothing behind."
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "hf://OWNER/NAME[@REVISION]|DIR|FILE",
            description = "A model on the hub, a checkpoint's folder, or an archive of one")
    private String source;

    @Option(names = "--name", paramLabel = "NAME", description = "The entry's name (by default the source's)")
    private String name;

    @Mixin
    private StoreOption store;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:UNMASK_PRECISION:-auto}",
            description = "auto (fp32), fp32, fp16 (for CUDA) or int8 [UNMASK_PRECISION; auto]")
    private String precision;

    @Option(
            names = "--do-lower-case",
            paramLabel = "true|false",
            arity = "1",
            description = "Override tokenizer_config.json's do_lower_case (true if it has none)")
    private Boolean lowerCase;

    @Override
    public Integer call() throws IOException {
        ImportChoices chosen = new ImportChoices(
                Fault.naming("--precision", () -> Precision.parse(precision)), Optional.ofNullable(lowerCase));
        Source model = Source.parse(source, store.path(), System.getenv());
        Path entry = new ModelStore(store.path()).entry(name != null ? name : model.modelName());
        try (TerminalProgress progress = new TerminalProgress()) {
            report(model.into(entry, chosen, progress), entry);
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
