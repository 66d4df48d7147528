package dev.unmask.chart;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.unmask.plot.Chart;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.CategoryPlot;

/** A chart by JFreeChart. */
abstract class DrawnChart<T> implements Chart<T> {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;
    /** The resolution of a PNG, in pixels per unit of the drawing, so that it is sharp in print and on fine screens. */
    private static final int DOTS = 2;

    /** The chart of a report. */
    abstract JFreeChart of(T report);

    @Override
    public byte[] draw(T report, boolean svg) {
        return draw(of(report), svg);
    }

    @Override
    public void drawNothing(boolean svg) {
        draw(new JFreeChart("A chart", new CategoryPlot()), svg);
    }

    private static byte[] draw(JFreeChart chart, boolean svg) {
        try {
            return svg ? svg(chart) : png(chart);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a picture in memory", impossible);
        }
    }

    private static byte[] svg(JFreeChart chart) throws IOException {
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        CommandSequence commands = graphics.getCommands();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SVGProcessor().getDocument(commands, new PageSize(WIDTH, HEIGHT)).writeTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] png(JFreeChart chart) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH * DOTS, HEIGHT * DOTS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.scale(DOTS, DOTS);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
