package dev.unmask.chart;

import dev.unmask.evaluate.Band;
import dev.unmask.evaluate.Evaluation;
import dev.unmask.evaluate.Report;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Paint;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.CombinedDomainCategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.CategoryItemRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** Top-1 accuracy by how often a piece occurs in the texts, with one line per model, above the number of positions behind it. */
public final class FrequencyChart extends DrawnChart<Report> {
    @Override
    JFreeChart of(Report report) {
        DefaultCategoryDataset accuracy = new DefaultCategoryDataset();
        DefaultCategoryDataset positions = new DefaultCategoryDataset();
        longest(report.models()).forEach(band -> fill(report.models(), band, accuracy, positions));

        CombinedDomainCategoryPlot plots = new CombinedDomainCategoryPlot(frequencies());
        plots.setGap(14);
        CategoryPlot lines = plot(accuracy, percent(), lines());
        plots.add(lines, 3);
        plots.add(plot(positions, count(), bars(labelled(report.models()))), 1);

        return ChartStyle.chart(
                "Mask accuracy by how often a piece occurs in the texts",
                String.format(
                        Locale.ROOT,
                        "Top-1, one piece masked at a time; %,d texts, %s",
                        report.texts(),
                        report.sample() == null
                                ? "every position"
                                : String.format(Locale.ROOT, "a sample of %,d positions", report.sample())),
                plots,
                lines);
    }

    private static List<Band> longest(List<Evaluation> models) {
        return models.stream().map(Evaluation::byFrequency).reduce(List.of(), (a, b) -> a.size() >= b.size() ? a : b);
    }

    /** The numbers above the bars are legible for up to about thirty bars. */
    private static boolean labelled(List<Evaluation> models) {
        return models.size() * longest(models).size() <= 30;
    }

    /** A band without positions has no point, and a bar of height 0. */
    private static void fill(
            List<Evaluation> models, Band band, DefaultCategoryDataset accuracy, DefaultCategoryDataset positions) {
        for (Evaluation model : models) {
            Band own = model.byFrequency().stream()
                    .filter(other -> other.from() == band.from() && other.positions() > 0)
                    .findFirst()
                    .orElse(null);
            accuracy.addValue(own == null ? null : 100 * own.top1Accuracy(), model.model(), band.label());
            positions.addValue(own == null ? null : own.positions(), model.model(), band.label());
        }
    }

    private static CategoryPlot plot(DefaultCategoryDataset data, ValueAxis axis, CategoryItemRenderer renderer) {
        ChartStyle.apply(axis);
        for (int model = 0; model < data.getRowCount(); model++) {
            Paint color = ChartStyle.COLORS.get(model % ChartStyle.COLORS.size());
            renderer.setSeriesPaint(model, color);
        }
        CategoryPlot plot = new CategoryPlot(data, null, axis, renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(ChartStyle.GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        return plot;
    }

    private static CategoryAxis frequencies() {
        CategoryAxis axis = new CategoryAxis("Times that the piece occurs in the texts");
        ChartStyle.apply(axis);
        return axis;
    }

    private static NumberAxis percent() {
        NumberAxis axis = new NumberAxis("Mask accuracy, top-1 (%)");
        // A margin on both sides, so that markers at 0 and 100 are not cut off.
        axis.setRange(-3, 103);
        axis.setTickUnit(new NumberTickUnit(20));
        return axis;
    }

    private static NumberAxis count() {
        NumberAxis axis = new NumberAxis("Positions");
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        axis.setUpperMargin(0.3);
        return axis;
    }

    private static LineAndShapeRenderer lines() {
        LineAndShapeRenderer renderer = new LineAndShapeRenderer(true, true);
        ChartStyle.apply(renderer);
        return renderer;
    }

    private static BarRenderer bars(boolean labelled) {
        BarRenderer renderer = new BarRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setMaximumBarWidth(0.05);
        renderer.setItemMargin(0.05);
        renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator());
        renderer.setDefaultItemLabelFont(ChartStyle.SMALL);
        renderer.setDefaultItemLabelsVisible(labelled);
        return renderer;
    }
}
