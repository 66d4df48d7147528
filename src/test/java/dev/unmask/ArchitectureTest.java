package dev.unmask;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.unmask.importing.Archive;
import dev.unmask.importing.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may import whom. {@code fault} may be imported by anyone, a package by itself. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/unmask");

    /** The packages below {@code serving}: plain Java, constructed with {@code new}, tested without a container. */
    private static final Set<String> PLAIN = Set.of(
            "fillmask",
            "embedding",
            "batching",
            "engine",
            "text",
            "checkpoint",
            "graph",
            "hub",
            "importing",
            "progress",
            "store",
            "evaluate",
            "bench",
            "plot",
            "chart",
            "fault");

    private static final String[] FRAMEWORK = {
        "io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.smallrye..", "io.vertx..", "org.jboss.."
    };

    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("http", Set.of("fillmask", "embedding", "batching", "serving", "auth")),
            Map.entry("auth", Set.of()),
            Map.entry("cli", Set.of("http", "auth", "serving", "*")),
            Map.entry("serving", Set.of("*")),
            Map.entry("fillmask", Set.of("text", "batching")),
            Map.entry("embedding", Set.of("text", "batching")),
            Map.entry("batching", Set.of("engine")),
            Map.entry("engine", Set.of()),
            Map.entry("text", Set.of("checkpoint")),
            Map.entry("checkpoint", Set.of()),
            Map.entry("graph", Set.of("checkpoint", "engine")),
            Map.entry("progress", Set.of()),
            Map.entry("hub", Set.of("progress")),
            Map.entry("store", Set.of("hub", "graph", "checkpoint", "engine")),
            Map.entry("importing", Set.of("hub", "progress", "store", "graph", "checkpoint", "text", "engine")),
            Map.entry("evaluate", Set.of("store", "text", "batching", "engine", "progress")),
            Map.entry("bench", Set.of("store", "graph", "checkpoint", "engine", "progress")),
            Map.entry("plot", Set.of()),
            Map.entry("chart", Set.of("bench", "evaluate", "plot")),
            Map.entry("fault", Set.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.unmask");

    static Stream<String> tablePackages() {
        return MAY_IMPORT.keySet().stream().sorted();
    }

    static Stream<String> plainPackages() {
        return PLAIN.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("tablePackages")
    void aPackageImportsOnlyWhatItMay(String name) {
        Set<String> allowed = MAY_IMPORT.get(name);
        imports(name, other -> allowed.contains(other) || allowed.contains("*") && PLAIN.contains(other))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("plainPackages")
    void whatIsBelowServingKnowsNoFramework(String name) {
        free(name, FRAMEWORK).check(CLASSES);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.unmask.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"store", "hub", "importing"})
    void filesOfAPackageDependOnEachOtherInNoCircle(String name) {
        SliceAssignment files = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().equals("dev.unmask." + name)
                        ? SliceIdentifier.of(type.getName().replaceAll("\\$.*", ""))
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "files of " + name;
            }
        };
        slices().assignedFrom(files)
                .should()
                .beFreeOfCycles()
                // Interfaces whose factory finds out which of their kinds is meant.
                .ignoreDependency(Source.class, Archive.class)
                .ignoreDependency("dev.unmask.importing.ModelSource", "dev.unmask.importing.CheckpointSource")
                .ignoreDependency("dev.unmask.importing.ModelSource", "dev.unmask.importing.ExportSource")
                .check(CLASSES);
    }

    @Test
    void everyClassLivesInAPackageOfTheTable() {
        assertThat(CLASSES).isNotEmpty().allSatisfy(type -> assertThat(type.getPackageName())
                .startsWith("dev.unmask.")
                .satisfies(name -> assertThat(MAY_IMPORT).containsKey(name.substring("dev.unmask.".length()))));
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> folders = Files.walk(SOURCES)) {
            List<Path> packages = folders.filter(Files::isDirectory)
                    .filter(folder -> !folder.equals(SOURCES))
                    .toList();
            assertThat(packages).hasSizeGreaterThan(10).allSatisfy(folder -> assertThat(folder)
                    .isDirectoryContaining("glob:**/package-info.java"));
        }
    }

    @Test
    void theRulesNoticeWhatTheyForbid() {
        ArchRule fillmaskAlone = imports("fillmask", other -> false);
        ArchRule authWithoutConfiguration = free("auth", FRAMEWORK);

        assertThatThrownBy(() -> fillmaskAlone.check(CLASSES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("dev.unmask.text.Tokenizer");
        assertThatThrownBy(() -> authWithoutConfiguration.check(CLASSES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("io.smallrye.config");
    }

    private static ArchRule imports(String name, Predicate<String> allowed) {
        String[] others = tablePackages()
                .filter(other -> !other.equals(name) && !other.equals("fault") && !allowed.test(other))
                .map(ArchitectureTest::packages)
                .toArray(String[]::new);
        return free(name, others);
    }

    /** A package that isn't written yet may be empty; one that is must have classes that the rule applies to. */
    private static ArchRule free(String name, String... forbidden) {
        return noClasses()
                .that()
                .resideInAPackage(packages(name))
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .allowEmptyShould(Files.notExists(SOURCES.resolve(name)));
    }

    private static String packages(String name) {
        return "dev.unmask." + name + "..";
    }
}
