package dev.unmask.fault;

import java.util.Arrays;

/** How names and shapes are written in messages. */
public final class Wording {
    private static final int LONGEST = 200;

    private Wording() {}

    /** A quoted name from a file. Files may be hostile, so line breaks are removed and long names cut. */
    public static String quoted(String name) {
        return '"' + plain(name) + '"';
    }

    /** A text from a file or about one, on one line and cut if it is long. */
    public static String plain(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]", "?");
    }

    /** A shape such as {@code [30522, 768]}. */
    public static String shape(long[] shape) {
        return Arrays.toString(shape);
    }
}
