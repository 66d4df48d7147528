package dev.unmask.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** Writes embeddings as a list of lists of numbers. */
final class WireEmbeddings extends JsonPieces {
    private final Iterator<float[]> embeddings;
    private boolean begun;

    WireEmbeddings(List<float[]> embeddings) {
        this.embeddings = embeddings.iterator();
    }

    @Override
    boolean write(JsonGenerator json) throws IOException {
        if (!begun) {
            json.writeStartArray();
            begun = true;
            return true;
        }
        if (!embeddings.hasNext()) {
            json.writeEndArray();
            return false;
        }
        json.writeStartArray();
        for (float value : embeddings.next()) {
            // The shortest digits that parse to the same float.
            json.writeNumber(value);
        }
        json.writeEndArray();
        return true;
    }
}
