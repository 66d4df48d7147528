package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What int8 costs on the demo: its hand-written sentences, every piece masked once. */
class Int8AgreementTest {
    private static final Path DEMO = Path.of("model-store/demo");

    @TempDir
    private Path folder;

    private String unmask(String... arguments) {
        StringWriter out = new StringWriter();
        int code = Unmask.commandLine().setOut(new PrintWriter(out, true)).execute(arguments);
        assertThat(code).isEqualTo(Unmask.DONE);
        return out.toString();
    }

    @Test
    void theDemoInInt8AgreesWithTheDemo() throws IOException {
        String store = folder.resolve("store").toString();
        Path texts = Files.write(folder.resolve("texts.txt"), sentences());
        unmask("import", DEMO.toString(), "--name", "int8", "--precision", "int8", "--store", store);
        unmask("import", DEMO.toString(), "--name", "fp32", "--precision", "fp32", "--store", store);

        JsonNode report = new ObjectMapper()
                .readTree(unmask(
                        "evaluate",
                        "--model",
                        "int8",
                        "--against",
                        "fp32",
                        "--text",
                        texts.toString(),
                        "--store",
                        store,
                        "--device",
                        "cpu",
                        "--json"));

        assertThat(report.path("models").path(0).path("positions").intValue()).isGreaterThan(300);
        assertThat(report.path("agreement").path(0).path("top1_agreement").doubleValue())
                .isGreaterThanOrEqualTo(0.98);
        assertThat(report.path("agreement").path(0).path("top5_agreement").doubleValue())
                .isBetween(0.9, 1.0);
        assertThat(report.path("agreement").path(0).path("mean_divergence").doubleValue())
                .isBetween(1e-9, 0.01);
        assertThat(report.path("models").path(0).path("top1_accuracy").doubleValue())
                .isCloseTo(report.path("models").path(1).path("top1_accuracy").doubleValue(), within(0.005));
    }

    /** Each sentence of the model card's test with its word in the mask's place. */
    private static List<String> sentences() throws IOException {
        return Files.readAllLines(DEMO.resolve("training/handwritten-test.tsv")).stream()
                .map(line -> line.split("\t"))
                .map(pair -> pair[0].replace("[MASK]", pair[1]))
                .toList();
    }
}
