package dev.unmask.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts what SmallRye Config says of bad settings into sentences that name the environment variable. */
final class SettingProblems {
    private static final Pattern UNREADABLE = Pattern.compile(
            "SRCFG00039: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being"
                    + " converted (?:SRCFG\\d+: )?(.*)");
    private static final Pattern EMPTY =
            Pattern.compile("SRCFG00040: The config property (\\S+) is defined as the empty String");
    private static final Pattern UNKNOWN = Pattern.compile("SRCFG00050: (\\S+) in \\S+ does not map to any root");

    private SettingProblems() {}

    /** The sentences, one a line; none where the message speaks of no setting. */
    static Optional<String> explain(String message) {
        String sentences = message.lines()
                .map(SettingProblems::sentence)
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining(System.lineSeparator()));
        return Optional.of(sentences).filter(said -> !said.isEmpty());
    }

    private static String sentence(String line) {
        return first(UNREADABLE, line, found -> "%s is \"%s\", which can't be read: %s."
                        .formatted(variable(found.group(1)), found.group(2), found.group(3)))
                + first(EMPTY, line, found -> "%s is empty; give it a value, or leave it out."
                        .formatted(variable(found.group(1))))
                + first(
                        UNKNOWN,
                        line,
                        found -> "There is no setting %s; docs/configuration.md lists those that there are."
                                .formatted(found.group(1)));
    }

    private static String first(Pattern pattern, String line, Function<MatchResult, String> sentence) {
        return pattern.matcher(line).results().findFirst().map(sentence).orElse("");
    }

    /** The environment's name of a property (MicroProfile Config, "Environment Variables Mapping Rules"). */
    private static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
