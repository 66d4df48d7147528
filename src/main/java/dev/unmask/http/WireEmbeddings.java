package dev.unmask.http;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes embeddings as a list of lists of numbers. */
final class WireEmbeddings {
    private WireEmbeddings() {}

    static Response response(List<float[]> embeddings) {
        return Response.ok(body(embeddings), MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static byte[] body(List<float[]> embeddings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = WireAnswer.JSON.createGenerator(bytes)) {
            json.writeStartArray();
            for (float[] embedding : embeddings) {
                json.writeStartArray();
                for (float value : embedding) {
                    // The shortest digits that give the same float again.
                    json.writeNumber(value);
                }
                json.writeEndArray();
            }
            json.writeEndArray();
        } catch (IOException memoryNeverFails) {
            throw new UncheckedIOException(memoryNeverFails);
        }
        return bytes.toByteArray();
    }
}
