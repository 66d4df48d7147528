package dev.unmask.fault;

import java.util.Arrays;

/** How names and shapes are written in sentences. */
public final class Wording {
    private static final int LONGEST = 200;

    private Wording() {}

    /** A name from a file, in quotes: files are hostile, so no line breaks and no endless names. */
    public static String quoted(String name) {
        return '"' + plain(name) + '"';
    }

    /** A text from a file or about one, on one line and cut where it gets long. */
    public static String plain(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]", "?");
    }

    /** A shape such as {@code [30522, 768]}. */
    public static String shape(long[] shape) {
        return Arrays.toString(shape);
    }
}
