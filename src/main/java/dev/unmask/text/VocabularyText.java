package dev.unmask.text;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The lines of a {@code vocab.txt}, read as the Rust library's {@code WordPiece::read_file} reads
 * them, which is what transformers 5.17 calls.
 */
final class VocabularyText {

    private VocabularyText() {}

    /**
     * Numbers the lines from 0. They end with LF or CR LF, white space at the end of a line doesn't
     * count, and of equal lines the last one gives the id. A blank line is the empty token.
     *
     * @return token to id, in the order of first appearance
     */
    static Map<String, Integer> ids(String text) {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        int id = 0;
        for (int start = 0; start < text.length(); id++) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            vocabulary.put(trimEnd(text.substring(start, end)), id);
            start = end + 1;
        }
        return vocabulary;
    }

    private static String trimEnd(String line) {
        int end = line.length();
        while (end > 0 && isWhiteSpace(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end);
    }

    /** Unicode's White_Space property, for which Java has no single name. */
    private static boolean isWhiteSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
    }
}
