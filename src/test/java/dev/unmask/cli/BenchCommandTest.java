package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code bench engine}: its options, its output, its refusals. */
class BenchCommandTest {
    private static final String TOY = "src/test/resources/toy-model";
    private static final String MODERNBERT = "src/test/resources/onnx/modernbert";

    @TempDir
    private Path folder;

    private record Outcome(int code, String out, String err) {}

    private static Outcome unmask(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Unmask.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    private Outcome bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "bench",
                "engine",
                "--store",
                folder.resolve("store").toString(),
                "--device",
                "cpu",
                "--threads",
                "1",
                "--runs",
                "2"));
        all.addAll(List.of(arguments));
        return unmask(all.toArray(String[]::new));
    }

    @Test
    void theTableHasARowForEachLengthAndNumberOfTexts() {
        Outcome outcome = bench("--model", TOY, "--lengths", "8,mixed", "--texts", "1,3");

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .hasSize(7)
                .first()
                .asString()
                .startsWith("toy-model, fp32, ")
                .contains("1 thread,");
        assertThat(outcome.out())
                .containsPattern("\n +1 +8 +8  ")
                .containsPattern("\n +3 +8 +24  ")
                .containsPattern("\n +1 +mixed +8  ")
                .containsPattern("\n +3 +mixed +151  .* \\d+\\.\\d\\d\n");
    }

    @Test
    void jsonTellsTheSame() throws IOException {
        Outcome outcome = bench("--model", TOY, "--lengths", "8", "--texts", "3", "--json");

        JsonNode report = new ObjectMapper().readTree(outcome.out());
        assertThat(report.path("threads").intValue()).isEqualTo(1);
        JsonNode batch = report.path("batches").path(0);
        double seconds = batch.path("milliseconds").doubleValue() / 1000;
        assertThat(batch.path("tokens").intValue()).isEqualTo(24);
        assertThat(batch.path("texts_per_second").doubleValue() * seconds).isCloseTo(3, within());
        assertThat(batch.path("tokens_per_second").doubleValue() * seconds).isCloseTo(24, within());
        // Two layers of width 32 and 64, 24 tokens; three masks among 165 pieces. After the last layer's attention,
        // which has
        // three of its four square products, masks only.
        double attention = 3 * 4 * 8 * 8 * 32;
        double first = 2 * 24 * (4 * 32 * 32 + 2 * 32 * 64) + attention;
        double last = 2 * 24 * 3 * 32 * 32 + attention + 2 * 3 * (32 * 32 + 2 * 32 * 64);
        double arithmetic = first + last + 3 * 2 * (32 * 32 + 32 * 165);
        assertThat(batch.path("gflops_per_second").doubleValue() * seconds * 1e9)
                .isCloseTo(arithmetic, within());
        assertThat(batch.path("roof_share").doubleValue())
                .isCloseTo(
                        batch.path("gflops_per_second").doubleValue()
                                / batch.path("roof_gflops_per_second").doubleValue(),
                        within());
    }

    private static Percentage within() {
        return Percentage.withPercentage(0.01);
    }

    @Test
    void aModelOfUnknownArithmeticHasNoRoof() throws IOException {
        Outcome outcome = bench("--model", MODERNBERT, "--lengths", "8", "--texts", "1", "--json");

        JsonNode batch =
                new ObjectMapper().readTree(outcome.out()).path("batches").path(0);
        assertThat(batch.path("texts_per_second").doubleValue()).isPositive();
        assertThat(batch.path("roof_share").isNull()).isTrue();
    }

    @Test
    void thePlotHasALineForEachLength() throws IOException {
        Path chart = folder.resolve("chart.svg");
        Outcome outcome = bench("--model", TOY, "--lengths", "8,mixed", "--texts", "1,2", "--plot", chart.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        assertThat(Files.readString(chart)).contains("8 tokens a text", "mixed lengths", "Tokens a second");
    }

    @ParameterizedTest
    @CsvSource({
        "--lengths, 0, length & \"0\" & 512 & mixed",
        "--lengths, 513, length & \"513\" & 512 & mixed",
        "--lengths, long, length & \"long\" & 512 & mixed",
        "--texts, 0, --texts & 1024 & is 0",
        "--runs, 0, --runs & 100000 & is 0",
        "--threads, 1025, --threads & 1024 & is 1025",
    })
    void whatCannotBeMeasuredIsRefusedWithWhatIsAllowed(String option, String value, String facts) {
        Outcome outcome =
                unmask("bench", "engine", "--store", folder.resolve("store").toString(), "--model", TOY, option, value);

        assertThat(outcome.code()).isEqualTo(Unmask.REFUSED);
        assertThat(outcome.err().strip()).hasLineCount(1).contains(facts.split(" & "));
    }

    @Test
    void aShapeAndAModelExcludeEachOther() {
        assertThat(bench("--model", TOY, "--shape", "bert-base").code()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(bench("--shape", "gpt").err()).contains("must be bert-base or bert-large");
    }

    @Test
    void benchAloneSaysWhatThereIs() {
        Outcome outcome = unmask("bench");

        assertThat(outcome.code()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(outcome.err()).contains("engine");
    }
}
