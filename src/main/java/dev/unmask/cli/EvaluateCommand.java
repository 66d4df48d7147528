package dev.unmask.cli;

import dev.unmask.chart.FrequencyChart;
import dev.unmask.evaluate.Evaluator;
import dev.unmask.evaluate.Report;
import dev.unmask.evaluate.ReportTable;
import dev.unmask.evaluate.Texts;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.plot.PlotFile;
import dev.unmask.store.StoredModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures models on the user's own texts. */
@Command(
        name = "evaluate",
        description = {
            "Measure how well models predict the words of your own texts.",
            "Mask accuracy, pseudo-perplexity, pieces per text, agreement of two models. The texts are not kept.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "docs/evaluation.md explains what is measured, and what it does not mean.",
            "Exit codes: 0 measured; 1 refused or failed, with a message that says what to change; 2 wrong usage; 143, 130 stopped by a signal, leaving nothing behind."
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final int MOST_BATCH_TOKENS = 65_536;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|PATH",
            description = "A model: a name in the store, or a folder; may be given several times")
    private List<String> models;

    @Option(
            names = "--text",
            required = true,
            paramLabel = "FILE",
            description = "UTF-8, one text per line; skips blank lines, splits texts that are too long for a model")
    private Path text;

    @Option(
            names = "--against",
            paramLabel = "NAME|PATH",
            description = "A model with the same vocabulary: print how far the others agree with it")
    private String against;

    @Option(names = "--sample", paramLabel = "N", description = "Measure N randomly drawn positions (by default all)")
    private Integer sample;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "The random seed of the sample [0]")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object instead of a table")
    private boolean json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Plot accuracy by piece frequency, as .svg or .png; replaces an older chart")
    private Path plot;

    @Option(names = "--batch", paramLabel = "TOKENS", defaultValue = "512", description = "Tokens per batch [512]")
    private int batchTokens;

    @Mixin
    private EngineOptions running;

    @Override
    public Integer call() {
        Evaluator evaluator = new Evaluator(
                sample == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Options.inRange("--sample", sample, Integer.MAX_VALUE)),
                seed,
                running.device(),
                running.threads(),
                Options.inRange("--batch", batchTokens, MOST_BATCH_TOKENS));
        Optional<PlotFile<Report>> chart =
                Optional.ofNullable(plot).map(file -> PlotFile.at(file, FrequencyChart.class));
        Texts texts = Texts.read(text);
        Map<String, StoredModel> opened = new LinkedHashMap<>();
        try (TerminalProgress progress = new TerminalProgress()) {
            for (String model : names()) {
                opened.put(model, running.open(model, Precision.AUTO));
            }
            Report report = evaluator.measure(texts, opened, Optional.ofNullable(against), progress);
            print(report);
            chart.ifPresent(file -> file.write(report));
            return Unmask.DONE;
        } finally {
            opened.values().forEach(StoredModel::close);
        }
    }

    private Set<String> names() {
        List<String> names = new ArrayList<>(models);
        if (against != null) {
            names.add(against);
        }
        Set<String> distinct = new LinkedHashSet<>(names);
        if (against != null && distinct.size() == 1) {
            throw Fault.configuration(
                    "--model and --against are both \"%s\"; choose two different models.".formatted(against));
        }
        return distinct;
    }

    private void print(Report report) {
        report.notices().forEach(spec.commandLine().getErr()::println);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
        } else {
            ReportTable.lines(report).forEach(out::println);
        }
    }
}
