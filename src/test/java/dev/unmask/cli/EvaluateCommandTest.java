package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code evaluate}: its options, its output, its refusals. */
class EvaluateCommandTest {
    private static final String TOY = "src/test/resources/toy-model";
    private static final String DEMO = "model-store/demo";
    private static final String SECRET = "Mrs Canary";

    @TempDir
    private Path folder;

    private Path texts;

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void writeTexts() throws IOException {
        texts = Files.writeString(folder.resolve("reports.txt"), "There is no effusion.\n\n" + SECRET + " has none.\n");
    }

    private Outcome evaluate(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "evaluate", "--store", folder.resolve("store").toString(), "--device", "cpu", "--threads", "1"));
        all.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Unmask.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    void theTableHasAColumnForEachModelAndSaysWhatItDoesNotMean() {
        Outcome outcome = evaluate("--model", TOY, "--model", DEMO, "--text", texts.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .startsWith("2 texts, 8 words (separated by white space).")
                .contains("Every position masked once")
                .containsPattern("\n +" + TOY + " +" + DEMO + "\n-+\n")
                .containsPattern("\nmask accuracy, top-1 +\\d+\\.\\d\\d % +\\d+\\.\\d\\d %\n")
                .containsPattern("\nmask accuracy, top-5 +\\d+\\.\\d\\d % +\\d+\\.\\d\\d %\n")
                .containsPattern("\npseudo-perplexity +\\d+\\.\\d+ +\\d+\\.\\d+\n")
                .containsPattern("\n  more than words +\\+\\d+\\.\\d\\d % +\\+\\d+\\.\\d\\d %\n")
                .containsPattern("\nunknown pieces +0\\.00 % +0\\.00 %\n")
                .containsPattern("\nvocabulary +165 +2,519\n")
                .contains("What the numbers do not mean:", "credentialed")
                .doesNotContain("Canary", "against");
    }

    @Test
    void againstPrintsTheAgreement() throws IOException {
        Path copy = copyOfToy();
        Outcome outcome = evaluate("--model", TOY, "--against", copy.toString(), "--text", texts.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        assertThat(outcome.out())
                .containsPattern("\nagainst " + copy + " +" + TOY + "\n-+\n")
                .containsPattern("\nsame first piece +100.00 %\n")
                .containsPattern("\nscore difference, mean +0.000000\n")
                .containsPattern("\n  largest +0.000000\n");
    }

    private Path copyOfToy() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (String part : List.of("vocab.txt", "tokenizer_config.json", "config.json", "model.safetensors")) {
            Files.copy(Path.of(TOY, part), copy.resolve(part));
        }
        return copy;
    }

    @Test
    void jsonIsOneObjectOfTheDocumentedShape() throws IOException {
        Outcome outcome = evaluate(
                "--model",
                TOY,
                "--text",
                texts.toString(),
                "--json",
                "--sample",
                "3",
                "--seed",
                "9",
                "--against",
                copyOfToy().toString());

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        JsonNode report = new ObjectMapper().readTree(outcome.out());
        assertThat(report.fieldNames())
                .toIterable()
                .containsExactly("texts", "words", "sample", "seed", "models", "agreement", "notices", "caveats");
        assertThat(report.path("sample").intValue()).isEqualTo(3);
        assertThat(report.path("seed").longValue()).isEqualTo(9);
        assertThat(report.path("models")).hasSize(2).allSatisfy(model -> {
            assertThat(model.fieldNames())
                    .toIterable()
                    .containsExactly(
                            "model",
                            "name",
                            "revision",
                            "precision",
                            "vocabulary",
                            "pieces",
                            "pieces_per_text",
                            "pieces_over_words_percent",
                            "unknown_piece_rate",
                            "split_texts",
                            "maskable_positions",
                            "positions",
                            "top1_accuracy",
                            "top5_accuracy",
                            "pseudo_perplexity",
                            "by_frequency");
            assertThat(model.path("positions").intValue()).isEqualTo(3);
            assertThat(model.path("by_frequency")).isNotEmpty().allSatisfy(band -> assertThat(band.fieldNames())
                    .toIterable()
                    .containsExactly("from", "to", "positions", "top1_accuracy", "top5_accuracy"));
        });
        assertThat(report.path("agreement")).hasSize(1).allSatisfy(agreement -> assertThat(agreement.fieldNames())
                .toIterable()
                .containsExactly(
                        "model",
                        "against",
                        "positions",
                        "top1_agreement",
                        "top5_agreement",
                        "mean_divergence",
                        "mean_score_difference",
                        "largest_score_difference"));
        assertThat(outcome.out()).doesNotContain("Canary");
    }

    @Test
    void aModelNamedTwiceIsMeasuredOnce() throws IOException {
        Outcome outcome = evaluate("--model", TOY, "--model", TOY, "--text", texts.toString(), "--json");

        assertThat(new ObjectMapper().readTree(outcome.out()).path("models")).hasSize(1);
    }

    @Test
    void aPlotIsWrittenBesideTheTable() {
        Path plot = folder.resolve("chart.svg");

        Outcome outcome = evaluate("--model", TOY, "--text", texts.toString(), "--plot", plot.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.DONE);
        assertThat(outcome.out()).contains("mask accuracy");
        assertThat(plot).content().contains("Mask accuracy, top-1 (%)").doesNotContain("Canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evaluate",
                "evaluate --model toy",
                "evaluate --text a.txt",
                "evaluate --model toy --text a.txt --sample many",
                "evaluate --model toy --text a.txt --nonsense"
            })
    void wrongUsageIsExitCode2(String arguments) {
        StringWriter err = new StringWriter();
        int code = Unmask.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: unmask evaluate");
    }

    @ParameterizedTest
    @CsvSource({
        "--sample, 0, --sample & at least 1 & is 0",
        "--sample, -3, --sample & at least 1 & is -3",
        "--threads, 0, --threads & 1024 & is 0",
        "--batch, 65537, --batch & 65536 & is 65537",
        "--device, tpu, '--device (UNMASK_DEVICE): & \"tpu\" & auto, cpu, cuda & cuda:N'",
        "--plot, chart.gif, \"chart.gif\" & .svg & .png",
        "--against, src/test/resources/toy-model, --model & --against & \"src/test/resources/toy-model\""
    })
    void anOptionOutOfRangeIsRefusedWithWhatIsAllowed(String option, String value, String facts) {
        List<String> arguments = new ArrayList<>(List.of("--model", TOY, "--text", texts.toString()));
        StringWriter err = new StringWriter();
        arguments.add(0, "evaluate");
        arguments.addAll(List.of("--store", folder.resolve("store").toString(), option, value));
        int code = Unmask.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));

        assertThat(code).isEqualTo(Unmask.REFUSED);
        assertThat(err.toString().strip()).hasLineCount(1).contains(facts.split(" & "));
    }

    @Test
    void textsThatCannotBeReadAreRefusedAndNotQuoted() throws IOException {
        assertRefused("There is no text file", TOY, folder.resolve("none.txt"));
        assertRefused("The text file", TOY, Files.createFile(folder.resolve("empty.txt")));
        assertRefused(
                "Line 1 of the text file",
                TOY,
                Files.write(folder.resolve("latin.txt"), (SECRET + "ü").getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aMissingModelIsRefused() {
        assertRefused("There is no model \"nobody\"", "nobody", texts);
    }

    @Test
    void vocabulariesThatDifferAreRefusedWithAgainst() {
        Outcome outcome = evaluate("--model", TOY, "--against", DEMO, "--text", texts.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.REFUSED);
        assertThat(outcome.err().lines()).singleElement().asString().contains("different vocabularies");
        assertThat(outcome.out()).isEmpty();
    }

    private void assertRefused(String beginning, String model, Path file) {
        Outcome outcome = evaluate("--model", model, "--text", file.toString());

        assertThat(outcome.code()).isEqualTo(Unmask.REFUSED);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith(beginning)
                .doesNotContain("Canary");
    }
}
