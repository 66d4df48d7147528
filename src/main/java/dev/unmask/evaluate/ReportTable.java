package dev.unmask.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.commons.text.WordUtils;

/** A report as an aligned text table with one column per model. */
public final class ReportTable {
    private static final int WIDTH = 100;

    private ReportTable() {}

    /** The lines, from the texts to what the numbers do not mean. */
    public static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(format("%,d texts, %,d words (separated by white space).", report.texts(), report.words()));
        lines.add(
                report.sample() == null
                        ? "Every position masked once, one at a time."
                        : format(
                                "A sample of %,d positions (seed %d), masked one at a time.",
                                report.sample(), report.seed()));
        lines.add("");
        lines.addAll(table(rows(report.models())));
        if (!report.agreement().isEmpty()) {
            lines.add("");
            lines.addAll(table(agreementRows(report.agreement())));
        }
        lines.add("");
        lines.add("What the numbers do not mean:");
        report.caveats().stream()
                .flatMap(caveat ->
                        WordUtils.wrap("- " + caveat, WIDTH - 2, "\n  ", false).lines())
                .forEach(lines::add);
        return lines;
    }

    private static List<List<String>> rows(List<Evaluation> models) {
        return List.of(
                row("", models, Evaluation::model),
                row("mask accuracy, top-1", models, model -> percent(model.top1Accuracy())),
                row("mask accuracy, top-5", models, model -> percent(model.top5Accuracy())),
                row("pseudo-perplexity", models, model -> format("%.3f", model.pseudoPerplexity())),
                row("positions measured", models, model -> format("%,d", model.positions())),
                row("  of", models, model -> format("%,d", model.maskablePositions())),
                row("pieces per text", models, model -> format("%.2f", model.piecesPerText())),
                row("  more than words", models, model -> format("%+.2f %%", model.piecesOverWordsPercent())),
                row("unknown pieces", models, model -> percent(model.unknownPieceRate())),
                row("vocabulary", models, model -> format("%,d", model.vocabulary())));
    }

    private static List<List<String>> agreementRows(List<Agreement> agreements) {
        return List.of(
                row("against " + agreements.get(0).against(), agreements, Agreement::model),
                row("same first piece", agreements, agreement -> percent(agreement.top1Agreement())),
                row("shared of the first five", agreements, agreement -> percent(agreement.top5Agreement())),
                row("KL divergence, nats", agreements, agreement -> format("%.6f", agreement.meanDivergence())),
                row("score difference, mean", agreements, agreement -> format("%.6f", agreement.meanScoreDifference())),
                row("  largest", agreements, agreement -> format("%.6f", agreement.largestScoreDifference())));
    }

    private static <T> List<String> row(String label, List<T> columns, Function<T, String> cell) {
        List<String> row = new ArrayList<>(List.of(label));
        columns.stream().map(cell).forEach(row::add);
        return row;
    }

    /** Labels to the left, numbers to the right; a rule under the first row. */
    private static List<String> table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(format("%-" + widths[0] + "s", row.get(0)));
            for (int column = 1; column < widths.length; column++) {
                line.append("  ")
                        .append(" ".repeat(widths[column] - row.get(column).length()))
                        .append(row.get(column));
            }
            lines.add(line.toString().stripTrailing());
        }
        lines.add(1, "-".repeat(lines.stream().mapToInt(String::length).max().orElseThrow()));
        return lines;
    }

    private static String percent(double share) {
        return format("%.2f %%", 100 * share);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
