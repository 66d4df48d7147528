package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code evaluate} from the packaged jar: what a script and a reader get. */
class EvaluateIT {
    @Test
    void theOutputIsOneJsonObjectAndTheChartIsDrawnWhereThereIsNoScreen() throws Exception {
        Path folder = Program.folder();
        Path texts = Files.writeString(folder.resolve("reports.txt"), "Mrs Canary has no effusion.\n");
        Path chart = folder.resolve("chart.png");
        String[] evaluate = {
            "evaluate",
            "--model",
            "toy",
            "--text",
            texts.toString(),
            "--json",
            "--plot",
            chart.toString(),
            "--store",
            folder.resolve("store").toString(),
            "--device",
            "cpu"
        };
        try (Program program = Program.start(
                folder,
                Map.of(),
                "import",
                Service.TOY.toString(),
                "--name",
                "toy",
                "--store",
                folder.resolve("store").toString())) {
            assertThat(program.exitCode()).as(program.output()).isZero();
        }
        // A DISPLAY that leads nowhere fails every program that would open a window.
        try (Program program = Program.start(folder, Map.of("DISPLAY", ":99"), evaluate)) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            JsonNode report = Json.read(program.output());
            assertThat(report.path("models").path(0).path("name").asText()).isEqualTo("toy");
            assertThat(report.path("models").path(0).path("positions").intValue())
                    .isPositive();
            assertThat(program.output()).doesNotContain("Canary");
        }
        assertThat(Files.readAllBytes(chart)).startsWith(0x89, 'P', 'N', 'G');

        Files.writeString(texts, "\n");
        try (Program program = Program.start(folder, Map.of(), evaluate)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
            assertThat(program.output()).contains("has no text").doesNotContain("\tat ");
        }
    }

    @Test
    void theChartLibrariesLieApartFromTheServersClassPath() throws Exception {
        Path packaged = Path.of("target/quarkus-app");
        try (Stream<Path> charts = Files.list(packaged.resolve("charts"));
                Stream<Path> server = Files.walk(packaged.resolve("lib"))) {
            assertThat(charts.map(EvaluateIT::name))
                    .hasSize(2)
                    .anyMatch(name -> name.startsWith("jfreechart"))
                    .anyMatch(name -> name.startsWith("VectorGraphics2D"));
            assertThat(server.map(EvaluateIT::name))
                    .isNotEmpty()
                    .noneMatch(name -> name.contains("jfree") || name.contains("vectorgraphics2d"));
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
