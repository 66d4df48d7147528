package dev.unmask.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemSource;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.renderer.AbstractRenderer;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** The common style of all charts. */
final class ChartStyle {
    /** Axis labels and legends. */
    static final Font BASE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    /** Numbers. */
    static final Font SMALL = BASE.deriveFont(11f);

    /** Grid lines on white. */
    static final Color GRID = new Color(0xdd, 0xdd, 0xdd);

    /** Okabe and Ito's colors, which color-blind readers can distinguish. */
    static final List<Color> COLORS = List.of(
            new Color(0x0072b2), new Color(0xd55e00), new Color(0x009e73), new Color(0xcc79a7), new Color(0xe69f00));

    static {
        // Otherwise rotated text becomes outlines in an SVG, which viewers render hollow.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private ChartStyle() {}

    /** The fonts of an axis. */
    static void apply(Axis axis) {
        axis.setLabelFont(BASE);
        axis.setTickLabelFont(SMALL);
    }

    /** The strokes of lines. */
    static void apply(AbstractRenderer lines) {
        lines.setDefaultStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        lines.setAutoPopulateSeriesStroke(false);
    }

    /**
     * A chart on white with a legend under it.
     *
     * @param title the title
     * @param subtitle a subtitle of one line
     * @param plot the plot
     * @param legend the items of the legend
     */
    static JFreeChart chart(String title, String subtitle, Plot plot, LegendItemSource legend) {
        JFreeChart chart = new JFreeChart(title, BASE.deriveFont(Font.BOLD, 17f), plot, false);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(12, 12, 8, 18));
        chart.addSubtitle(new TextTitle(subtitle, BASE));
        LegendTitle below = new LegendTitle(legend);
        below.setItemFont(BASE);
        below.setPosition(RectangleEdge.BOTTOM);
        chart.addSubtitle(below);
        return chart;
    }
}
