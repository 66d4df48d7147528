package dev.unmask.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.unmask.fault.Fault;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.CategoryPlot;

/** The file of a chart, SVG or PNG by its extension. */
public final class PlotFile {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;
    /** The resolution of a PNG, in pixels per unit of the drawing, so that it is sharp in print and on fine screens. */
    private static final int DOTS = 2;

    private final Path file;
    private final boolean svg;

    private PlotFile(Path file, boolean svg) {
        this.file = file;
        this.svg = svg;
    }

    /**
     * Checks, before anything is measured, that a chart can be drawn and written.
     *
     * @throws Fault of kind CONFIGURATION when it ends in neither {@code .svg} nor {@code .png}, its folder can't be
     *     written, or this Java can't draw text
     */
    public static PlotFile at(Path file) {
        // Nothing is shown on a screen; without this, Java looks for one if DISPLAY is set.
        System.setProperty("java.awt.headless", "true");
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.endsWith(".svg") && !name.endsWith(".png")) {
            throw Fault.configuration("The chart's file must end in .svg or .png, but is \"%s\".".formatted(file));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder) || Files.isDirectory(file)) {
            throw Fault.configuration(
                    "The chart can't be written to \"%s\"; use a file in an existing, writable folder."
                            .formatted(file));
        }
        PlotFile plot = new PlotFile(file, name.endsWith(".svg"));
        try {
            plot.draw(new JFreeChart("A chart", new CategoryPlot()));
        } catch (Fault refused) {
            throw refused;
        } catch (RuntimeException withoutFontconfig) {
            // Java reports missing fonts like this in some containers; nothing else can fail with an empty chart.
            throw noFonts(withoutFontconfig);
        }
        return plot;
    }

    /**
     * Draws a chart and replaces an older one.
     *
     * @throws Fault of kind CONFIGURATION when it can't be written; leaves nothing half-written
     */
    public void write(JFreeChart chart) {
        byte[] picture = draw(chart);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try {
                Files.write(part, picture);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failed) {
            throw new Fault(
                    Fault.Kind.CONFIGURATION,
                    "The chart could not be written to \"%s\": %s."
                            .formatted(file, failed.getClass().getSimpleName()),
                    failed);
        }
    }

    private byte[] draw(JFreeChart chart) {
        try {
            return svg ? svg(chart) : png(chart);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a picture in memory", impossible);
        } catch (InternalError | LinkageError noFonts) {
            throw noFonts(noFonts);
        }
    }

    private static Fault noFonts(Throwable cause) {
        return new Fault(
                Fault.Kind.CONFIGURATION,
                "This Java can't draw a chart because its fonts don't load; install fontconfig and a font such as DejaVu,"
                        + " or omit --plot.",
                cause);
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
