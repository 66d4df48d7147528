package dev.unmask.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.evaluate.Band;
import dev.unmask.evaluate.Evaluation;
import dev.unmask.evaluate.Report;
import dev.unmask.fault.Fault;
import dev.unmask.plot.PlotFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The chart's file. */
class PlotFileTest {
    private static final int BLUE_OF_THE_FIRST_MODEL = 0xff0072b2;

    @TempDir
    private Path folder;

    private static Report report(String... models) {
        return new Report(
                1234,
                9999,
                null,
                0,
                IntStream.range(0, models.length)
                        .mapToObj(i -> evaluation(models[i], i))
                        .toList(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Evaluation evaluation(String model, int i) {
        return new Evaluation(
                model,
                model,
                "0",
                "fp32",
                9,
                9,
                9,
                9,
                0,
                0,
                9,
                9,
                0.5,
                0.5,
                2,
                List.of(
                        new Band(1, 1, 7111 + i, 0.0, 0.1),
                        new Band(2, 4, 0, null, null),
                        new Band(5, 9, 42, 0.5, 0.75),
                        new Band(1000, null, 3, 1.0, 1.0)));
    }

    @Test
    void anSvgHasTitleAxesLegendAndNumbersAsText() throws Exception {
        Path file = folder.resolve("chart.svg");

        PlotFile.at(file, FrequencyChart.class).write(report("cxr & <bert>", "toy"));

        assertThat(texts(file))
                .contains("Mask accuracy by how often a piece occurs in the texts")
                .contains("Top-1, one piece masked at a time; 1,234 texts, every position")
                .contains("Mask accuracy, top-1 (%)", "Positions", "Times that the piece occurs in the texts")
                .contains("cxr & <bert>", "toy", "1", "2–4", "5–9", "≥ 1000", "7,111", "7,112", "0", "100");
    }

    private static List<String> texts(Path svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        // The document type names a file of the W3C, which a test doesn't fetch.
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Document document = factory.newDocumentBuilder().parse(svg.toFile());
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 900 600");
        NodeList nodes = document.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void aPngShowsTheLinesOnWhite() throws IOException {
        Path file = folder.resolve("CHART.PNG");

        PlotFile.at(file, FrequencyChart.class).write(report("demo"));

        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(1800);
        assertThat(image.getHeight()).isEqualTo(1200);
        assertThat(image.getRGB(1, 1)).isEqualTo(0xffffffff);
        int[] dots = image.getRGB(0, 0, 1800, 1200, null, 0, 1800);
        assertThat(IntStream.of(dots)
                        .filter(dot -> dot == BLUE_OF_THE_FIRST_MODEL)
                        .count())
                .isGreaterThan(1000);
    }

    @Test
    void anOlderChartIsReplacedAndNothingElseIsLeft() throws IOException {
        Path file = Files.writeString(folder.resolve("chart.svg"), "older");

        PlotFile.at(file, FrequencyChart.class).write(report("demo"));

        assertThat(file).content().startsWith("<?xml").endsWith("</svg>\n");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        assertThat(folder.toFile().list()).containsExactly("chart.svg");
    }

    @Test
    void whereItCannotBePutInPlaceNothingHalfWrittenStays() throws IOException {
        Path file = folder.resolve("chart.svg");
        PlotFile<Report> plot = PlotFile.at(file, FrequencyChart.class);
        Files.createDirectories(file.resolve("in-the-way"));

        assertThatThrownBy(() -> plot.write(report("demo")))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The chart could not be written to \"%s\": ".formatted(file));
        assertThat(folder.toFile().list()).containsExactly("chart.svg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chart.pdf", "chart", "svg", ""})
    void anotherEndingIsRefused(String name) {
        assertThatThrownBy(() -> PlotFile.at(Path.of(name), FrequencyChart.class))
                .isInstanceOf(Fault.class)
                .message()
                .contains(name, ".svg", ".png");
    }

    @Test
    void aMissingFolderIsRefusedBeforeAnythingIsMeasured() {
        Path file = folder.resolve("none").resolve("chart.svg");

        assertThatThrownBy(() -> PlotFile.at(file, FrequencyChart.class))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(file.toString());
    }
}
