package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;

/** Embeddings on the wire. */
class WireEmbeddingsTest {

    private static String body(List<float[]> embeddings) {
        WireEmbeddings pieces = new WireEmbeddings(embeddings);
        String whole = new String(pieces.next(), UTF_8);
        assertThat(pieces.complete()).isTrue();
        return whole;
    }

    @Example
    void theyAreAListOfListsOfNumbers() {
        assertThat(body(List.of(new float[] {0.1f, -1}, new float[] {1e-10f, 0})))
                .isEqualTo("[[0.1,-1.0],[1.0E-10,0.0]]");
        assertThat(body(List.of())).isEqualTo("[]");
    }

    @Property(tries = 500)
    void everyNumberIsReadBackExactly(@ForAll @Size(max = 20) @FloatRange(min = -1, max = 1) float[] embedding)
            throws IOException {
        JsonNode read = new ObjectMapper().readTree(body(List.of(embedding)));

        assertThat(read).hasSize(1);
        assertThat(read.path(0)).hasSize(embedding.length);
        for (int i = 0; i < embedding.length; i++) {
            assertThat(Float.parseFloat(read.path(0).path(i).asText())).isEqualTo(embedding[i]);
        }
    }
}
