package dev.unmask.plot;

/**
 * Draws a chart.
 *
 * @param <T> what it shows
 */
public interface Chart<T> {
    /**
     * Draws it.
     *
     * @param svg whether to draw an SVG; otherwise a PNG
     * @return the file's bytes
     * @throws RuntimeException of Java's, or a {@link LinkageError} or {@link InternalError}, when this Java has no fonts
     */
    byte[] draw(T report, boolean svg);

    /**
     * Draws a chart of nothing, to find out whether this Java can.
     *
     * @throws RuntimeException as {@link #draw} does
     */
    void drawNothing(boolean svg);
}
