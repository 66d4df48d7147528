package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.engine.Device;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.importing.Models;
import dev.unmask.progress.Progress;
import dev.unmask.store.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models through the real engine. */
class EvaluatorTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");
    private static final Texts TEXTS = new Texts(List.of(
            "There is no pleural effusion.", "Heart size normal and lungs are clear.", "No acute bony abnormality."));

    @TempDir
    private static Path folder;

    private static Models store;

    @BeforeAll
    static void makeStore() {
        store = new Models(folder.resolve("store"));
    }

    private static Evaluator evaluator(OptionalInt sample) {
        return new Evaluator(sample, 0, Device.parse("cpu"), 1, 512);
    }

    private static Report measure(Evaluator evaluator, Texts texts, Optional<String> against, Path... models) {
        Map<String, StoredModel> opened = new LinkedHashMap<>();
        for (Path model : models) {
            opened.put(model.getFileName().toString(), store.open(model.toString(), Precision.FP32, Progress.SILENT));
        }
        return evaluator.measure(texts, opened, against, Progress.SILENT);
    }

    /** A copy of the toy model under another name, with a key of one of its JSON files changed. */
    private static Path toy(String name, String file, String key, Object value) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        for (String part : List.of("vocab.txt", "tokenizer_config.json", "config.json", "model.safetensors")) {
            Files.copy(TOY.resolve(part), copy.resolve(part));
        }
        ObjectMapper json = new ObjectMapper();
        ObjectNode object = (ObjectNode) json.readTree(copy.resolve(file).toFile());
        json.writeValue(copy.resolve(file).toFile(), object.putPOJO(key, value));
        return copy;
    }

    /** Recorded with src/test/resources/evaluate/record.py; the demo's vocabulary is whole words, the toy's mostly letters. */
    @ParameterizedTest
    @CsvSource({
        "model-store/demo, 45, 36, 42, 3.3518687192616445",
        "src/test/resources/toy-model, 149, 0, 1, 64911.92578374712"
    })
    void modelsAreMeasuredAsTransformersMeasuresThem(
            Path model, int positions, int first, int firstFive, double pseudoPerplexity) {
        Texts texts = Texts.read(Path.of("src/test/resources/evaluate/texts.txt"));

        Report report = measure(evaluator(OptionalInt.empty()), texts, Optional.empty(), model);

        Evaluation measured = report.models().get(0);
        assertThat(report.words()).isEqualTo(38);
        assertThat(measured.pieces()).isEqualTo(positions);
        assertThat(measured.positions()).isEqualTo(positions);
        assertThat(measured.top1Accuracy()).isEqualTo((double) first / positions);
        assertThat(measured.top5Accuracy()).isEqualTo((double) firstFive / positions);
        // Logits agree to a few millionths, which are so much of a probability.
        assertThat(measured.pseudoPerplexity()).isCloseTo(pseudoPerplexity, within(1e-5 * pseudoPerplexity));
    }

    @Test
    void aModelAgreesWithACopyOfItself() throws IOException {
        Path copy = toy("copy", "config.json", "initializer_range", 0.5);

        Report report = measure(evaluator(OptionalInt.empty()), TEXTS, Optional.of("copy"), TOY, copy);

        assertThat(report.agreement())
                .containsExactly(new Agreement(
                        "toy-model", "copy", report.models().get(0).positions(), 1, 1, 0, 0, 0));
        assertThat(report.models())
                .extracting(Evaluation::pseudoPerplexity)
                .containsExactly(
                        report.models().get(0).pseudoPerplexity(),
                        report.models().get(0).pseudoPerplexity());
    }

    @Test
    void aSampleMeasuresSoManyPositionsOfEachModel() {
        Report report =
                measure(evaluator(OptionalInt.of(7)), TEXTS, Optional.empty(), TOY, Path.of("model-store/demo"));

        assertThat(report.sample()).isEqualTo(7);
        assertThat(report.models()).extracting(Evaluation::positions).containsExactly(7, 7);
        assertThat(report.models()).extracting(Evaluation::maskablePositions).allMatch(positions -> positions > 7);
        assertThat(report)
                .isEqualTo(measure(
                        evaluator(OptionalInt.of(7)), TEXTS, Optional.empty(), TOY, Path.of("model-store/demo")));
    }

    @Test
    void modelsOfDifferentVocabulariesAreNotComparedWithEachOther() {
        assertRefused(
                "The models \"toy-model\" (165 tokens, 165 embedding rows) and \"demo\" (2,519 tokens, 2,519 embedding rows)"
                        + " have different vocabularies",
                TEXTS,
                Optional.of("demo"),
                TOY,
                Path.of("model-store/demo"));
    }

    @Test
    void modelsThatCutTextsDifferentlyAreNotComparedWithEachOther() throws IOException {
        Path cased = toy("cased", "tokenizer_config.json", "do_lower_case", false);

        assertRefused(
                "The models \"toy-model\" and \"cased\" have the same vocabulary, but tokenize these texts differently",
                TEXTS,
                Optional.of("cased"),
                TOY,
                cased);
    }

    @Test
    void textsWithoutAPieceToMaskAreRefused() {
        assertRefused("The texts have no piece", new Texts(List.of("[MASK] 象形文字")), Optional.empty(), TOY);
    }

    @Test
    void aTextThatIsTooLongIsSplitWithANotice() {
        Report report = measure(
                evaluator(OptionalInt.of(3)),
                new Texts(List.of("no effusion ".repeat(400), "no")),
                Optional.empty(),
                Path.of("model-store/demo"));

        assertThat(report.models().get(0).splitTexts()).isEqualTo(1);
        assertThat(report.models().get(0).maskablePositions()).isEqualTo(801);
        assertThat(report.notices())
                .containsExactly(
                        "1 text was longer than the 512 tokens that the model \"demo\" takes and split; pieces at a"
                                + " split see only one side of it.");
    }

    @Test
    void progressIsReportedForEachModel() {
        List<String> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void begin(String task, long total, Unit unit) {
                told.add(task + ": " + total + " " + unit);
            }

            @Override
            public void advance(long positions) {
                told.add("advance " + positions);
            }

            @Override
            public void end() {
                told.add("end");
            }
        };
        StoredModel toy = store.open(TOY.toString(), Precision.FP32, Progress.SILENT);

        evaluator(OptionalInt.of(5)).measure(TEXTS, Map.of("toy", toy), Optional.empty(), progress);

        assertThat(told).containsExactly("Measuring toy: 5 POSITIONS", "advance 5", "end");
    }

    private static void assertRefused(String beginning, Texts texts, Optional<String> against, Path... models) {
        assertThatThrownBy(() -> measure(evaluator(OptionalInt.empty()), texts, against, models))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageStartingWith(beginning);
    }
}
