package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graph of the toy model against what transformers computes; record.py beside the recording says how it was made. */
class ToyModelTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");
    private static final Path RECORDING = Path.of("src/test/resources/graph/reference.jsonl");

    @TempDir
    private static Path folder;

    private static List<Recorded> recorded;
    private static Engine engine;

    record Recorded(
            @JsonProperty("text") String text,
            @JsonProperty("ids") int[] ids,
            @JsonProperty("masks") int[] masks,
            @JsonProperty("logits") float[][] logits) {}

    @BeforeAll
    static void open() throws IOException {
        ObjectMapper json = new ObjectMapper();
        recorded = Files.readAllLines(RECORDING).stream()
                .map(line -> read(json, line))
                .toList();
        Path graph = folder.resolve("model.onnx");
        try (Checkpoint checkpoint = Checkpoint.open(TOY)) {
            BertGraph.write(checkpoint, Recipe.fp32(), graph, folder.resolve("model.weights"), bytes -> {});
        }
        engine = Engine.open(graph, Device.parse("cpu"), 1, true);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Recorded read(ObjectMapper json, String line) {
        try {
            return json.readValue(line, Recorded.class);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Test
    void theRecordingHasTextsOfManyLengthsAndSeveralMasks() {
        assertThat(recorded).extracting(text -> text.ids().length).contains(3, 103);
        assertThat(recorded).extracting(text -> text.masks().length).contains(1, 2, 3);
    }

    @Test
    void eachTextAloneHasTheReferencesLogits() {
        recorded.forEach(text -> check(List.of(text)));
    }

    @Test
    void textsPaddedInOneBatchHaveTheReferencesLogits() {
        check(recorded);
    }

    @Test
    void theOrderOfTextsInABatchDoesNotMatter() {
        List<Recorded> reversed = new ArrayList<>(recorded);
        Collections.reverse(reversed);
        check(reversed);
    }

    private static void check(List<Recorded> texts) {
        Rows logits = engine.run(
                texts.stream().map(Recorded::ids).toArray(int[][]::new),
                texts.stream().map(Recorded::masks).toArray(int[][]::new));
        assertThat(logits.size())
                .isEqualTo(texts.stream().mapToInt(text -> text.masks().length).sum());
        float[] found = new float[logits.width()];
        int row = 0;
        for (Recorded text : texts) {
            for (float[] expected : text.logits()) {
                logits.read(row++, found);
                assertThat(found).as(text.text()).containsExactly(expected, within(1e-4f));
            }
        }
    }
}
