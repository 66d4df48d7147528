package dev.unmask.cli;

import dev.unmask.serving.SettingConstraints;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns SmallRye Config's errors about settings into messages that name the environment variable. */
final class SettingProblems {
    private static final List<Problem> PROBLEMS = List.of(
            new Problem(
                    "SRCFG00039: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being"
                            + " converted (?:SRCFG\\d+: )?(.*)",
                    found -> "%s is \"%s\", which can't be read: %s."
                            .formatted(SettingConstraints.variable(found.group(1)), found.group(2), found.group(3))),
            new Problem(
                    "SRCFG00040: The config property (\\S+) is defined as the empty String",
                    found -> "%s is empty; give it a value, or unset it."
                            .formatted(SettingConstraints.variable(found.group(1)))),
            new Problem(
                    "SRCFG00050: (\\S+) in \\S+ does not map to any root",
                    found -> KnownSettings.unknown(found.group(1))),
            // A sentence of SettingConstraints, in a line of its own.
            new Problem("^\\s+(UNMASK_[A-Z_]+ .+)$", found -> found.group(1)));

    private record Problem(Pattern pattern, Function<MatchResult, String> sentence) {
        Problem(String pattern, Function<MatchResult, String> sentence) {
            this(Pattern.compile(pattern), sentence);
        }

        Stream<String> in(String line) {
            return pattern.matcher(line).results().map(sentence);
        }
    }

    private SettingProblems() {}

    /** The messages, one per line; empty if the error is not about a setting. */
    static Optional<String> explain(String message) {
        String sentences = message.lines()
                .flatMap(line -> PROBLEMS.stream().flatMap(problem -> problem.in(line)))
                .collect(Collectors.joining(System.lineSeparator()));
        return Optional.of(sentences).filter(said -> !said.isEmpty());
    }
}
