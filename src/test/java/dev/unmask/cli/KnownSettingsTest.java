package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that are none, and what was meant by them. */
class KnownSettingsTest {
    @Test
    void allSettingsOfTheCodeAreKnown() {
        Set<String> prefixes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.unmask").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map((JavaClass type) ->
                                type.getAnnotationOfType(ConfigMapping.class).prefix())
                        .collect(Collectors.toSet());

        assertThat(prefixes).isNotEmpty().allSatisfy(prefix -> assertThat(KnownSettings.properties())
                .anyMatch(property -> property.matches(prefix.replace(".", "\\.") + "\\.[a-z-]+")));
        assertThat(KnownSettings.properties())
                .contains("unmask.model", "unmask.api-key", "unmask.limits.body", "unmask.access-log.max-size");
    }

    @ParameterizedTest
    @CsvSource({
        "UNMASK_MODLE, UNMASK_MODEL",
        "UNMASK_LIMIT_BODY, UNMASK_LIMITS_BODY",
        "UNMASK_ACCESSLOG_FILE, UNMASK_ACCESS_LOG_FILE",
        "UNMASK_APIKEY, UNMASK_API_KEY"
    })
    void anUnknownVariableIsWarnedOfWithTheNearest(String variable, String meant) {
        assertThat(KnownSettings.warnings(Set.of("PATH", "UNMASK_MODEL", variable)))
                .singleElement()
                .asString()
                .contains(variable, "did you mean " + meant + "?");
    }

    @Test
    void whereNothingIsNearTheDocumentationIsNamed() {
        assertThat(KnownSettings.warnings(Set.of("UNMASK_COLOUR_OF_THE_SKY")))
                .singleElement()
                .asString()
                .contains("docs/configuration.md");
    }

    /** Those that Kubernetes sets for a Service "unmask" or "unmask-green". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNMASK_SERVICE_HOST",
                "UNMASK_SERVICE_PORT",
                "UNMASK_SERVICE_PORT_HTTP",
                "UNMASK_PORT",
                "UNMASK_PORT_8080_TCP",
                "UNMASK_PORT_8080_TCP_ADDR",
                "UNMASK_GREEN_SERVICE_HOST",
                "UNMASK_GREEN_PORT_9000_TCP_PROTO",
                "UNMASK_MODEL"
            })
    void whatIsNotAMistakeIsNotWarnedOf(String variable) {
        assertThat(KnownSettings.warnings(Set.of(variable))).isEmpty();
    }
}
