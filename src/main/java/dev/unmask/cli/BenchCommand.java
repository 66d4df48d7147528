package dev.unmask.cli;

import dev.unmask.bench.BenchReport;
import dev.unmask.bench.EngineBench;
import dev.unmask.bench.Sizes;
import dev.unmask.chart.BatchChart;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.plot.PlotFile;
import dev.unmask.store.StoredModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a machine achieves. */
@Command(
        name = "bench",
        description = {"Measure what this machine achieves.", ""},
        mixinStandardHelpOptions = true,
        subcommands = BenchCommand.EngineCommand.class,
        footer = {"", "See `unmask bench engine --help`."})
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "bench needs a command: engine");
    }

    /** Measures the engine. */
    @Command(
            name = "engine",
            description = {
                "Measure the engine alone, without HTTP, tokenizer and ranking; each text has one mask.",
                "The roof is the speed of the batch's matrix products alone, in fp32 (fp16 for the encoder of a model in fp16),",
                "measured alternately with the model.",
                ""
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footer = {
                "",
                "docs/performance.md explains the results, and how to measure over HTTP.",
                "Exit codes: 0 measured; 1 refused or failed, with a message that says what to change; 2 wrong usage; 143, 130 stopped by a signal, leaving nothing behind."
            })
    static final class EngineCommand implements Callable<Integer> {
        private static final int MOST_TEXTS = 1024;

        @Spec
        private CommandSpec spec;

        @ArgGroup
        private Measuree measuree = new Measuree();

        /** What to measure: exactly one of these. */
        private static final class Measuree {
            @Option(
                    names = "--shape",
                    paramLabel = "SHAPE",
                    description =
                            "Random weights of these sizes, without a download: bert-base or bert-large [bert-base]")
            private String shape;

            @Option(
                    names = "--model",
                    paramLabel = "NAME|PATH",
                    description = "A model: a name in the store, or a folder")
            private String model;
        }

        @Option(
                names = "--precision",
                paramLabel = "PRECISION",
                defaultValue = "${env:UNMASK_PRECISION:-auto}",
                description = "auto (fp32), fp32, fp16 (for CUDA) or int8 [UNMASK_PRECISION; auto]")
        private String precision;

        @Option(
                names = "--lengths",
                paramLabel = "TOKENS",
                split = ",",
                defaultValue = "16,42,58,128,mixed",
                description = "Tokens of each text; mixed is 8 to 119, 42 at the mean [16,42,58,128,mixed]")
        private List<String> lengths;

        @Option(
                names = "--texts",
                paramLabel = "N",
                split = ",",
                defaultValue = "1,4,16",
                description = "Texts of a batch [1,4,16]")
        private List<Integer> texts;

        @Option(names = "--runs", paramLabel = "N", defaultValue = "15", description = "Runs of each batch [15]")
        private int runs;

        @Option(names = "--json", description = "Print one JSON object instead of a table")
        private boolean json;

        @Option(
                names = "--plot",
                paramLabel = "FILE",
                description = "Plot throughput and latency by batch tokens, as .svg or .png; replaces an older chart")
        private Path plot;

        @Mixin
        private EngineOptions running;

        @Override
        public Integer call() {
            Optional<PlotFile<BenchReport>> chart =
                    Optional.ofNullable(plot).map(file -> PlotFile.at(file, BatchChart.class));
            BenchReport report;
            try (TerminalProgress progress = new TerminalProgress()) {
                report = measure(progress);
            }
            print(report);
            chart.ifPresent(file -> file.write(report));
            return Unmask.DONE;
        }

        private BenchReport measure(TerminalProgress progress) {
            texts.forEach(size -> Options.inRange("--texts", size, MOST_TEXTS));
            EngineBench bench = new EngineBench(
                    running.device(),
                    running.threads(),
                    Options.inRange("--runs", runs, 100_000),
                    lengths,
                    texts,
                    progress);
            Precision wanted = Fault.naming("--precision", () -> Precision.parse(precision));
            if (measuree.model == null) {
                String shape = measuree.shape == null ? "bert-base" : measuree.shape;
                return bench.random(shape, Sizes.named(shape), wanted);
            }
            try (StoredModel model = running.open(measuree.model, wanted)) {
                return bench.stored(model);
            }
        }

        private void print(BenchReport report) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(report.toJson());
            } else {
                report.lines().forEach(out::println);
            }
        }
    }
}
