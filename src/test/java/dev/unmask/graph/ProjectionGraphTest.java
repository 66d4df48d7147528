package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text embeddings against what torch computes; record.py beside the recording says how it was made. */
class ProjectionGraphTest {
    private static final Path FIXTURE = Path.of("src/test/resources/projection");

    @TempDir
    private Path folder;

    record Recorded(
            @JsonProperty("ids") int[] ids,
            @JsonProperty("embedding") float[] embedding) {}

    private static List<Recorded> recorded() throws IOException {
        try (MappingIterator<Recorded> lines = new ObjectMapper()
                .readerFor(Recorded.class)
                .readValues(FIXTURE.resolve("reference.jsonl").toFile())) {
            return lines.readAll();
        }
    }

    private Engine engine() throws IOException {
        Path graph = folder.resolve("model.onnx");
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURE)) {
            AtomicLong written = new AtomicLong();
            BertGraph.write(checkpoint, Recipe.fp32(), graph, folder.resolve("model.weights"), written::addAndGet);
            assertThat(written).hasValue(BertGraph.weightBytes(checkpoint, Recipe.fp32()));
        }
        return Engine.open(graph, Device.parse("cpu"), 1, true);
    }

    @Test
    void aPaddedBatchHasTheReferencesEmbeddings() throws IOException {
        List<Recorded> texts = recorded();
        assertThat(texts).extracting(text -> text.ids().length).containsExactly(1, 2, 3, 7, 12, 19, 24);
        try (Engine engine = engine()) {
            assertThat(engine.embeddingSize()).hasValue(12);
            Rows embeddings = engine.embed(texts.stream().map(Recorded::ids).toArray(int[][]::new));

            assertThat(embeddings.size()).isEqualTo(texts.size());
            for (int text = 0; text < texts.size(); text++) {
                float[] found = new float[embeddings.width()];
                embeddings.read(text, found);
                assertThat(found).containsExactly(texts.get(text).embedding(), within(1e-5f));
            }
        }
    }

    @Test
    void eachTextAloneHasTheReferencesEmbedding() throws IOException {
        try (Engine engine = engine()) {
            for (Recorded text : recorded()) {
                float[] found = new float[text.embedding().length];
                engine.embed(new int[][] {text.ids()}).read(0, found);
                assertThat(found).containsExactly(text.embedding(), within(1e-5f));
            }
        }
    }
}
