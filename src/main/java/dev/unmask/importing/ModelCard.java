package dev.unmask.importing;

import dev.unmask.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The two facts of a model card ({@code README.md}) that a server passes on.
 *
 * @param licence the value of {@code license} in the card's front matter, or null
 * @param intendedUse the first paragraph under a heading "Intended use", or null
 */
record ModelCard(String licence, String intendedUse) {
    private static final ModelCard NONE = new ModelCard(null, null);
    private static final int LONGEST = 600;

    /** Reads the card of a checkpoint's folder; a folder without one has no facts to pass on. */
    static ModelCard read(Path folder) throws IOException {
        Path card = folder.resolve(CheckpointFiles.CARD);
        if (!Files.isRegularFile(card)) {
            return NONE;
        }
        try {
            List<String> lines = Files.readAllLines(card);
            return new ModelCard(licence(lines), intendedUse(lines));
        } catch (MalformedInputException notText) {
            return NONE;
        }
    }

    private static String licence(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).strip().equals("---")) {
            return null;
        }
        return lines.stream()
                .skip(1)
                .takeWhile(line -> !line.strip().equals("---"))
                .filter(line -> line.startsWith("license:"))
                .map(line -> line.substring("license:".length()).strip())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static String intendedUse(List<String> lines) {
        List<String> paragraph = new ArrayList<>();
        boolean inSection = false;
        for (String line : lines) {
            String text = line.strip();
            if (text.startsWith("#")) {
                if (inSection) {
                    break;
                }
                inSection =
                        text.replace("#", "").strip().toLowerCase(Locale.ROOT).startsWith("intended use");
            } else if (inSection && !text.isEmpty()) {
                paragraph.add(text);
            } else if (!paragraph.isEmpty()) {
                break;
            }
        }
        String use = String.join(" ", paragraph);
        if (use.isEmpty()) {
            return null;
        }
        if (use.length() <= LONGEST) {
            return use;
        }
        int end = Character.isHighSurrogate(use.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return use.substring(0, end) + "…";
    }
}
