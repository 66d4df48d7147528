package dev.unmask.evaluate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
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
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.DefaultCategoryDataset;

/** Top-1 accuracy by how often a piece occurs in the texts, a line for each model, over the number of positions behind it. */
final class FrequencyChart {
    private static final Font BASE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font SMALL = BASE.deriveFont(11f);
    private static final Color GRID = new Color(0xdd, 0xdd, 0xdd);
    /** Okabe and Ito's colours, which colour-blind readers can tell apart. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072b2), new Color(0xd55e00), new Color(0x009e73), new Color(0xcc79a7), new Color(0xe69f00));

    static {
        // Otherwise rotated text becomes outlines in an SVG, which viewers show hollow.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private FrequencyChart() {}

    static JFreeChart of(Report report) {
        DefaultCategoryDataset accuracy = new DefaultCategoryDataset();
        DefaultCategoryDataset positions = new DefaultCategoryDataset();
        longest(report.models()).forEach(band -> fill(report.models(), band, accuracy, positions));

        CombinedDomainCategoryPlot plots = new CombinedDomainCategoryPlot(frequencies());
        plots.setGap(14);
        CategoryPlot lines = plot(accuracy, percent(), lines());
        plots.add(lines, 3);
        plots.add(plot(positions, count(), bars(labelled(report.models()))), 1);

        JFreeChart chart = new JFreeChart(
                "Mask accuracy by how often a piece occurs in the texts",
                BASE.deriveFont(Font.BOLD, 17f),
                plots,
                false);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(12, 12, 8, 18));
        chart.addSubtitle(new TextTitle(
                String.format(
                        Locale.ROOT,
                        "Top-1, one piece masked at a time; %,d texts, %s",
                        report.texts(),
                        report.sample() == null
                                ? "every position"
                                : String.format(Locale.ROOT, "a sample of %,d positions", report.sample())),
                BASE));
        LegendTitle legend = new LegendTitle(lines);
        legend.setItemFont(BASE);
        legend.setPosition(RectangleEdge.BOTTOM);
        chart.addSubtitle(legend);
        return chart;
    }

    private static List<Band> longest(List<Evaluation> models) {
        return models.stream().map(Evaluation::byFrequency).reduce(List.of(), (a, b) -> a.size() >= b.size() ? a : b);
    }

    /** The numbers over the bars are legible up to about thirty of them. */
    private static boolean labelled(List<Evaluation> models) {
        return models.size() * longest(models).size() <= 30;
    }

    /** A band without positions has no point, and its bar no height. */
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
        axis.setLabelFont(BASE);
        axis.setTickLabelFont(SMALL);
        for (int model = 0; model < data.getRowCount(); model++) {
            Paint colour = COLOURS.get(model % COLOURS.size());
            renderer.setSeriesPaint(model, colour);
        }
        CategoryPlot plot = new CategoryPlot(data, null, axis, renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        return plot;
    }

    private static CategoryAxis frequencies() {
        CategoryAxis axis = new CategoryAxis("Times that the piece occurs in the texts");
        axis.setLabelFont(BASE);
        axis.setTickLabelFont(SMALL);
        return axis;
    }

    private static NumberAxis percent() {
        NumberAxis axis = new NumberAxis("Mask accuracy, top-1 (%)");
        // A little more on both sides, so that markers at 0 and 100 are whole.
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
        renderer.setDefaultStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        renderer.setAutoPopulateSeriesStroke(false);
        return renderer;
    }

    private static BarRenderer bars(boolean labelled) {
        BarRenderer renderer = new BarRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setMaximumBarWidth(0.05);
        renderer.setItemMargin(0.05);
        renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator());
        renderer.setDefaultItemLabelFont(SMALL);
        renderer.setDefaultItemLabelsVisible(labelled);
        return renderer;
    }
}
