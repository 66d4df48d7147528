package dev.unmask;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists exactly the settings that the code has, with their defaults. */
class ConfigurationDocsTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(UNMASK_[A-Z_]+)` \\| `(unmask\\.[a-z.-]+)` \\| (?:`([^`]*)`|–) \\| .+ \\|$");

    private record Setting(String environment, String standard) {}

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
                settings.put(row.group(2), new Setting(row.group(1), row.group(3)));
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
        settings.put(property, new Setting(environment, standard));
    }
}
