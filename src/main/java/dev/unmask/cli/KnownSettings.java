package dev.unmask.cli;

import dev.unmask.auth.AdminSettings;
import dev.unmask.auth.ApiKeySettings;
import dev.unmask.auth.AuthSettings;
import dev.unmask.auth.OidcSettings;
import dev.unmask.http.AccessLogConfig;
import dev.unmask.http.AzureConfig;
import dev.unmask.http.TlsConfig;
import dev.unmask.serving.DrainConfig;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.ServingConfig;
import dev.unmask.serving.SettingConstraints;
import io.smallrye.config.ConfigMapping;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** All known settings, and the nearest one to a misspelled name. */
final class KnownSettings {
    /** The mappings that declare them. */
    static final List<Class<?>> MAPPINGS = List.of(
            ServingConfig.class,
            LimitsConfig.class,
            DrainConfig.class,
            AccessLogConfig.class,
            AzureConfig.class,
            AdminSettings.class,
            TlsConfig.class,
            ApiKeySettings.class,
            AuthSettings.class,
            OidcSettings.class);

    /**
     * Variables that Kubernetes sets in every container for a Service whose name begins with "unmask" (its documentation,
     * "Environment variables").
     */
    private static final Pattern OF_SERVICES = Pattern.compile(
            "UNMASK(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private KnownSettings() {}

    /** All properties, such as {@code unmask.limits.body}. */
    static Set<String> properties() {
        return MAPPINGS.stream().flatMap(KnownSettings::properties).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> properties(Class<?> mapping) {
        String prefix = mapping.getAnnotation(ConfigMapping.class).prefix();
        return Arrays.stream(mapping.getMethods()).map(method -> SettingConstraints.property(prefix, method));
    }

    /** A message for each environment variable that looks like a setting but isn't one. */
    static List<String> warnings(Set<String> environment) {
        Set<String> known =
                properties().stream().map(SettingConstraints::variable).collect(Collectors.toSet());
        return environment.stream()
                .filter(name -> name.startsWith("UNMASK_") && !known.contains(name))
                .filter(name -> !OF_SERVICES.matcher(name).matches())
                .sorted()
                .map(name -> unknown(name, known) + " It is ignored.")
                .toList();
    }

    /** The message for an unknown property. */
    static String unknown(String property) {
        return unknown(property, properties());
    }

    private static String unknown(String name, Set<String> known) {
        return "There is no setting %s; %s"
                .formatted(
                        name,
                        nearest(name, known)
                                .map("did you mean %s?"::formatted)
                                .orElse("docs/configuration.md lists all settings."));
    }

    /** The setting with the smallest edit distance, if that is small. */
    private static Optional<String> nearest(String name, Set<String> known) {
        LevenshteinDistance distance = new LevenshteinDistance(Math.max(2, name.length() / 4));
        return known.stream()
                .filter(other -> distance.apply(name, other) >= 0)
                .min(Comparator.<String>comparingInt(other -> distance.apply(name, other))
                        .thenComparing(Comparator.naturalOrder()));
    }
}
