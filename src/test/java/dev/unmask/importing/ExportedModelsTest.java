package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.batching.BatchLimits;
import dev.unmask.batching.Dispatcher;
import dev.unmask.batching.Lanes;
import dev.unmask.checkpoint.TinyCheckpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.FillMask;
import dev.unmask.fillmask.Prediction;
import dev.unmask.fillmask.Query;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.graph.Exports;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoredModel;
import dev.unmask.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX exports, imported and asked through the whole pipeline, against transformers' own pipeline. */
class ExportedModelsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "bert-dynamo,bert,bert,2,165,512",
        "bert-torchscript,bert,bert,2,165,512",
        "bert-external,bert,bert,2,165,512",
        "roberta,roberta,roberta,2,314,128",
        "modernbert,modernbert,modernbert,3,328,128"
    })
    void anExportAnswersAsTransformersDoes(
            String name, String recording, String type, int layers, int vocabulary, int positions) throws Exception {
        StoredModel model = open(Exports.FOLDER.resolve(name));

        int intermediate = type.equals("bert") ? 64 : 48;
        assertThat(model.manifest().shape())
                .isEqualTo(new Manifest.Shape(type, layers, 32, 2, intermediate, vocabulary, positions));
        assertThat(model.manifest().head()).isEqualTo(Manifest.Head.MASKS);
        assertThat(model.manifest().warnings()).isEmpty();
        assertThat(model.manifest().files()).containsKeys("model.onnx", "model.weights", "tokenizer.json");
        checkAnswers(model, recording);
    }

    @Test
    void anExportWithoutARecognisedHeadAnswersTheSameAndSaysSo() throws Exception {
        Path export = Exports.copy("roberta", folder);
        Exports.rewrite(export.resolve("model.onnx"), Exports::unrecognisable);
        StoredModel model = open(export);

        assertThat(model.manifest().head()).isEqualTo(Manifest.Head.ALL);
        assertThat(model.manifest().warnings()).singleElement().asString().contains("computed at all positions");
        assertThat(Files.readString(model.folder().resolve("manifest.json"))).contains("\"head\" : \"all\"");
        checkAnswers(model, "roberta");
    }

    @Test
    void theMaskAndItsIdComeFromTheTokenizer() throws Exception {
        assertThat(open(Exports.FOLDER.resolve("roberta")).manifest().specialTokens())
                .isEqualTo(new Manifest.SpecialIds(1, 3, 0, 2, 4));
        assertThat(open(Exports.FOLDER.resolve("modernbert")).manifest().specialTokens())
                .isEqualTo(new Manifest.SpecialIds(313, 310, 311, 312, 314));
    }

    @Test
    void anExportIsNotMadeInt8() {
        Models store = new Models(folder.resolve("store"));

        assertThatThrownBy(
                        () -> store.open(Exports.FOLDER.resolve("roberta").toString(), Precision.INT8, Progress.SILENT))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining("is an ONNX export")
                .hasMessageContaining("Use auto");
    }

    @Test
    void anExportIsImportedOnceAndAgainWhenItsExternalDataChanges() throws Exception {
        Path export = Exports.copy("bert-external", folder);
        StoredModel first = open(export);
        assertThat(open(export).folder()).isEqualTo(first.folder());

        Path data = export.resolve("onnx/model.onnx_data");
        byte[] bytes = Files.readAllBytes(data);
        bytes[2] ^= 1;
        Files.write(data, bytes);

        assertThat(open(export).folder()).isNotEqualTo(first.folder());
    }

    @Test
    void aCheckpointThatIsReadComesBeforeAnExportBesideIt() throws Exception {
        Path both = Exports.copy("bert-dynamo", folder);
        Files.copy(Path.of("src/test/resources/toy-model/model.safetensors"), both.resolve("model.safetensors"));
        Files.writeString(both.resolve("model.onnx"), "not looked at");

        checkAnswers(open(both), "bert");
    }

    @Test
    void anotherFamilysTensorsAreLeftForItsExport() throws Exception {
        Path both = Exports.copy("roberta", folder);
        Files.copy(Path.of("src/test/resources/toy-model/model.safetensors"), both.resolve("model.safetensors"));

        checkAnswers(open(both), "roberta");
    }

    @Test
    void anExportNeedsItsConfig() throws IOException {
        Path export = Exports.copy("roberta", folder);
        Files.delete(export.resolve("config.json"));
        assertRefused(export, "There is no config.json beside the ONNX export");
    }

    @Test
    void positionsMustBeKnown() throws IOException {
        assertConfigRefused("\"max_position_embeddings\"", "\"other\"", "there is no max_position_embeddings");
        assertConfigRefused("\"pad_token_id\": 1", "\"pad_token_id\": 130", "pad_token_id is 130");
        assertConfigRefused("\"max_position_embeddings\": 130", "\"max_position_embeddings\": 4", "leaves room for 2");
    }

    private void assertConfigRefused(String is, String becomes, String message) throws IOException {
        Path export = Exports.copy("roberta", Files.createTempDirectory(folder, "config"));
        Path config = export.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(is);
        Files.writeString(config, text.replace(is, becomes));
        assertRefused(export, message);
    }

    @Test
    void aVocabularyLargerThanTheGraphsIsRefused() throws IOException {
        Path export = Exports.copy("bert-dynamo", folder);
        Files.writeString(
                export.resolve("vocab.txt"), Files.readString(export.resolve("vocab.txt")) + "more\nand\nmore\n");
        assertRefused(export, "The vocabulary has ids up to");
    }

    @Test
    void withoutAnExportAnotherFamilyIsRefusedWithTheRemedy() throws IOException {
        Path checkpoint = new TinyCheckpoint().write(folder);
        Path config = checkpoint.resolve("config.json");
        Files.writeString(config, "{\"model_type\": \"roberta\"}");
        assertRefused(checkpoint, "Other families are served from an ONNX export (model.onnx).");
    }

    private StoredModel open(Path model) {
        return new Models(folder.resolve("store")).open(model.toString(), Precision.FP32, Progress.SILENT);
    }

    private void assertRefused(Path model, String message) throws IOException {
        assertThatThrownBy(() -> open(model))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining(message);
        Path cache = folder.resolve("store/.cache");
        if (Files.exists(cache)) {
            assertThat(cache).isEmptyDirectory();
        }
    }

    /** With whole rows of scores, as on a CPU, and with those that are chosen in the graph, as on a GPU. */
    private static void checkAnswers(StoredModel model, String recording) throws Exception {
        checkAnswers(model, recording, false);
        checkAnswers(model, recording, true);
    }

    private static void checkAnswers(StoredModel model, String recording, boolean choosing) throws Exception {
        List<String> texts = new ArrayList<>();
        List<JsonNode> expected = new ArrayList<>();
        for (String line : Files.readAllLines(Exports.FOLDER.resolve(recording + ".jsonl"))) {
            JsonNode recorded = JSON.readTree(line);
            texts.add(recorded.path("text").textValue());
            expected.add(recorded.path("answers"));
        }
        try (Tokenizer tokenizer = Tokenizer.open(model.folder());
                Engine engine = Engine.open(
                        model.graph(), Device.parse("cpu"), 1, model.manifest().batches(), any -> choosing);
                Dispatcher dispatcher = new Dispatcher(engine::chosen, new BatchLimits(4096, 64, 65536, false));
                Lanes lanes = new Lanes(1)) {
            QueryLimits limits = new QueryLimits(
                    16, 32768, model.manifest().shape().positions(), 512, 100, 100, 1 << 20, Duration.ofSeconds(60));
            FillMask fillMask = new FillMask(tokenizer, dispatcher, engine.vocabulary(), limits, lanes);
            Query query = new Query(texts, OptionalInt.empty(), Optional.empty(), Query.Encoding.PLAIN);
            List<List<List<Prediction>>> found =
                    fillMask.answer(query, System.nanoTime(), size -> {}).get().texts();

            assertThat(found).hasSameSizeAs(expected).hasSizeGreaterThan(5);
            for (int text = 0; text < texts.size(); text++) {
                checkAnswer(texts.get(text), found.get(text), expected.get(text));
            }
        }
    }

    private static void checkAnswer(String text, List<List<Prediction>> found, JsonNode expected) {
        assertThat(found).as(text).hasSize(expected.size());
        for (int mask = 0; mask < found.size(); mask++) {
            assertThat(found.get(mask)).as(text).hasSize(expected.get(mask).size());
            for (int i = 0; i < found.get(mask).size(); i++) {
                Prediction prediction = found.get(mask).get(i);
                JsonNode reference = expected.get(mask).get(i);
                assertThat(prediction.token())
                        .as(text)
                        .isEqualTo(reference.path("token").intValue());
                assertThat((double) prediction.score())
                        .as(text)
                        .isCloseTo(reference.path("score").doubleValue(), within(1e-5));
                assertThat(prediction.tokenText())
                        .as(text)
                        .isEqualTo(reference.path("token_str").textValue());
                assertThat(prediction.sequence())
                        .as(text)
                        .isEqualTo(reference.path("sequence").textValue());
            }
        }
    }
}
