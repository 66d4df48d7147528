package dev.unmask.plot;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The file of a chart, SVG or PNG by its extension.
 *
 * @param <T> what the chart shows
 */
public final class PlotFile<T> {
    private final Path file;
    private final boolean svg;
    private final Chart<T> chart;

    private PlotFile(Path file, boolean svg, Chart<T> chart) {
        this.file = file;
        this.svg = svg;
        this.chart = chart;
    }

    /**
     * Checks, before anything is measured, that a chart can be drawn and written.
     *
     * @param type the chart, with a public constructor without parameters
     * @throws Fault of kind CONFIGURATION when it ends in neither {@code .svg} nor {@code .png}, its folder can't be
     *     written, the chart libraries are missing, or this Java can't draw text
     */
    public static <T> PlotFile<T> at(Path file, Class<? extends Chart<T>> type) {
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
        PlotFile<T> plot = new PlotFile<>(file, name.endsWith(".svg"), ChartLibraries.chart(type));
        plot.checkFonts();
        return plot;
    }

    private void checkFonts() {
        try {
            chart.drawNothing(svg);
        } catch (RuntimeException | InternalError | LinkageError withoutFontconfig) {
            // Java reports missing fonts in all these ways; nothing else can fail with an empty chart.
            throw noFonts(withoutFontconfig);
        }
    }

    /**
     * Draws a chart and replaces an older one.
     *
     * @throws Fault of kind CONFIGURATION when it can't be written; leaves nothing half-written
     */
    public void write(T report) {
        byte[] picture = draw(report);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try {
                Files.write(part, picture);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failed) {
            throw Fault.configuration(
                    "The chart could not be written to \"%s\": %s."
                            .formatted(file, failed.getClass().getSimpleName()),
                    failed);
        }
    }

    private byte[] draw(T report) {
        try {
            return chart.draw(report, svg);
        } catch (InternalError | LinkageError noFonts) {
            throw noFonts(noFonts);
        }
    }

    private static Fault noFonts(Throwable cause) {
        return Fault.configuration(
                "This Java can't draw a chart because its fonts don't load; install fontconfig and a font such as DejaVu,"
                        + " or omit --plot.",
                cause);
    }
}
