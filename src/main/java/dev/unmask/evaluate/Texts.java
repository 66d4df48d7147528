package dev.unmask.evaluate;

import dev.unmask.fault.Fault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts that models are measured on.
 *
 * @param lines one text each, none of them blank
 */
public record Texts(List<String> lines) {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    /** Copies the list. */
    public Texts {
        lines = List.copyOf(lines);
    }

    /**
     * Reads a file with one text per line: UTF-8, lines ended by LF or CR LF, blank lines skipped.
     *
     * @throws Fault of kind CONFIGURATION when the file can't be read, is not UTF-8 or has no text; never quotes it
     */
    public static Texts read(Path file) {
        // A pipe works as well.
        if (!Files.exists(file) || Files.isDirectory(file)) {
            throw Fault.configuration(
                    "There is no text file \"%s\"; give a UTF-8 file with one text per line.".formatted(file));
        }
        List<String> lines = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int number = 1, end = 0; end >= 0; number++) {
                line.reset();
                end = in.read();
                for (; end >= 0 && end != '\n'; end = in.read()) {
                    line.write(end);
                }
                String text = decode(line.toByteArray(), file, number);
                if (!text.isBlank()) {
                    lines.add(text);
                }
            }
        } catch (IOException failed) {
            throw Fault.configuration(
                    "The text file \"%s\" can't be read: %s."
                            .formatted(file, failed.getClass().getSimpleName()),
                    failed);
        }
        if (lines.isEmpty()) {
            throw Fault.configuration(
                    "The text file \"%s\" has no text; give it at least one line that is not blank.".formatted(file));
        }
        return new Texts(lines);
    }

    private static String decode(byte[] bytes, Path file, int number) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .strip();
            return number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK
                    ? text.substring(1).strip()
                    : text;
        } catch (CharacterCodingException notUtf8) {
            throw Fault.configuration(
                    "Line %d of the text file \"%s\" is not UTF-8; convert the file, for example with iconv."
                            .formatted(number, file),
                    notUtf8);
        }
    }

    /** How many words there are: maximal runs of characters other than white space, punctuation included. */
    public long words() {
        return lines.stream().mapToLong(Texts::words).sum();
    }

    private static long words(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean white = Character.isWhitespace(text.charAt(i));
            words += !white && !inside ? 1 : 0;
            inside = !white;
        }
        return words;
    }
}
