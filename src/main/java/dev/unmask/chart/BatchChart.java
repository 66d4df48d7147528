package dev.unmask.chart;

import dev.unmask.bench.BenchReport;
import dev.unmask.bench.Measured;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.text.NumberFormat;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Throughput above latency, both against the batch's tokens, with a line for each text length. */
public final class BatchChart extends DrawnChart<BenchReport> {
    private static final Shape POINT = new Ellipse2D.Double(-4, -4, 8, 8);

    @Override
    JFreeChart of(BenchReport report) {
        XYSeriesCollection speeds = new XYSeriesCollection();
        XYSeriesCollection times = new XYSeriesCollection();
        report.batches().stream().map(Measured::length).distinct().forEach(length -> {
            String label = length.equals("mixed") ? "mixed lengths" : length + " tokens a text";
            XYSeries speed = new XYSeries(label);
            XYSeries time = new XYSeries(label);
            report.batches().stream()
                    .filter(batch -> batch.length().equals(length))
                    .forEach(batch -> {
                        speed.add(batch.tokens(), batch.tokensPerSecond());
                        time.add(batch.tokens(), batch.milliseconds());
                    });
            speeds.addSeries(speed);
            times.addSeries(time);
        });
        LogAxis tokens = new LogAxis("Tokens of a batch");
        tokens.setBase(2);
        ChartStyle.apply(tokens);
        tokens.setTickUnit(new NumberTickUnit(1));
        tokens.setNumberFormatOverride(NumberFormat.getIntegerInstance(Locale.ROOT));
        CombinedDomainXYPlot plots = new CombinedDomainXYPlot(tokens);
        plots.setGap(14);
        XYPlot upper = plot(speeds, "Tokens a second");
        plots.add(upper, 1);
        plots.add(plot(times, "Milliseconds a batch"), 1);
        return ChartStyle.chart(
                "Throughput and latency by batch size",
                "%s, %s, %s, %d %s"
                        .formatted(
                                report.model(),
                                report.precision(),
                                report.provider(),
                                report.threads(),
                                report.threads() == 1 ? "thread" : "threads"),
                plots,
                upper);
    }

    private static XYPlot plot(XYSeriesCollection data, String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(true);
        ChartStyle.apply(axis);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        ChartStyle.apply(renderer);
        for (int series = 0; series < data.getSeriesCount(); series++) {
            renderer.setSeriesShape(series, POINT);
            renderer.setSeriesPaint(series, ChartStyle.COLORS.get(series % ChartStyle.COLORS.size()));
        }
        XYPlot plot = new XYPlot(data, null, axis, renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(ChartStyle.GRID);
        plot.setDomainGridlinePaint(ChartStyle.GRID);
        return plot;
    }
}
