package dev.unmask;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists exactly the settings that the code has, with their defaults and ranges. */
class ConfigurationDocsTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(UNMASK_[A-Z_]+)` \\| `(unmask\\.[a-z.-]+)` \\| (?:`([^`]*)`|–) \\| (?:–|([^|]+)) \\| [^|]+ \\|$");

    private static final long SECOND = 1000;
    private static final long HOUR = 3600 * SECOND;
    private static final long MEBIBYTE = 1 << 20;

    private record Setting(String environment, String standard, String range) {}

    @Test
    void theDocumentationListsTheCodesSettings() throws IOException {
        assertThat(documented()).isEqualTo(coded());
    }

    @Test
    void theCodeHasSettings() {
        assertThat(coded())
                .containsKeys("unmask.model", "unmask.api-key", "unmask.auth.keys-dir", "unmask.limits.body");
    }

    private static SortedMap<String, Setting> documented() throws IOException {
        SortedMap<String, Setting> settings = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/configuration.md"))) {
            if (line.startsWith("| `UNMASK_")) {
                Matcher row = ROW.matcher(line);
                assertThat(row.matches()).as("a row of the table: %s", line).isTrue();
                settings.put(row.group(2), new Setting(row.group(1), row.group(3), row.group(4)));
            }
        }
        return settings;
    }

    private static SortedMap<String, Setting> coded() {
        SortedMap<String, Setting> settings = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.unmask")) {
            if (type.isAnnotatedWith(ConfigMapping.class)) {
                String prefix = type.getAnnotationOfType(ConfigMapping.class).prefix();
                type.getMethods().forEach(method -> put(settings, prefix, method));
            }
        }
        return settings;
    }

    private static void put(SortedMap<String, Setting> settings, String prefix, JavaMethod method) {
        String name = method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        String property = prefix + "." + name;
        String environment = property.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
        String standard = method.tryGetAnnotationOfType(WithDefault.class)
                .map(WithDefault::value)
                .orElse(null);
        settings.put(property, new Setting(environment, standard, range(method)));
    }

    private static String range(JavaMethod method) {
        String type = method.getReturnType().toErasure().getSimpleName();
        Optional<String> least = method.tryGetAnnotationOfType(Min.class).map(min -> amount(min.value(), method, type));
        Optional<String> most = method.tryGetAnnotationOfType(Max.class).map(max -> amount(max.value(), method, type));
        return least.map(from -> most.map(to -> from + " to " + to).orElse("at least " + from))
                .orElse(null);
    }

    private static String amount(long value, JavaMethod method, String type) {
        if (type.equals("Duration")) {
            return value % HOUR == 0 && value > 0
                    ? value / HOUR + "h"
                    : value % SECOND == 0 ? value / SECOND + "s" : value + "ms";
        }
        boolean size = method.getReturnType().getAllInvolvedRawTypes().stream()
                .anyMatch(raw -> raw.isEquivalentTo(MemorySize.class));
        return size && value % MEBIBYTE == 0 ? value / MEBIBYTE + "M" : String.valueOf(value);
    }
}
