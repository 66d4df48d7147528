package dev.unmask.checkpoint;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Paths from untrusted sources: a hub, an archive, an index, a graph. Such a path must name a file below its folder on
 * every system; otherwise it is refused.
 */
public final class PlainPath {
    private static final int LONGEST = 1000;
    private static final int LONGEST_NAME = 255;

    /** Devices, whatever their extension ("Naming Files, Paths, and Namespaces", Microsoft Learn). */
    private static final Pattern DEVICE = Pattern.compile("(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\\..*)?");

    private static final Set<String> FOLDERS = Set.of(".", "..");

    private PlainPath() {}

    /**
     * What is wrong with a path with slashes, if anything.
     *
     * @return the end of a sentence that begins with the path
     */
    public static Optional<String> problem(String path) {
        if (path.isEmpty() || path.length() > LONGEST) {
            return Optional.of("is empty or longer than %d characters".formatted(LONGEST));
        }
        for (String name : path.split("/", -1)) {
            Optional<String> problem = nameProblem(name);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    /**
     * What is wrong with a file name, if anything.
     *
     * @return the end of a sentence that begins with the name
     */
    public static Optional<String> nameProblem(String name) {
        if (name.isEmpty() || FOLDERS.contains(name) || name.indexOf('/') >= 0) {
            return Optional.of("is no plain path: it has an empty part, \".\" or \"..\"");
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of("has a name of more than %d characters".formatted(LONGEST_NAME));
        }
        if (name.chars()
                .anyMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            return Optional.of("has a backslash, a colon or another character that file names can't have");
        }
        if (name.endsWith(".") || name.endsWith(" ") || DEVICE.matcher(name).matches()) {
            return Optional.of("has a name that is reserved on some systems");
        }
        return Optional.empty();
    }
}
