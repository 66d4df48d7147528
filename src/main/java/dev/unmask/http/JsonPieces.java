package dev.unmask.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A JSON text that is made in pieces, so that no more of a large one is in memory than is being sent. */
abstract class JsonPieces {
    /** A piece is at least so many bytes, but for the last one. */
    static final int PIECE = 32 * 1024;

    /** The same digits on every Java, shortest round trip; raw UTF-8 also beyond the basic plane, as the reference. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private final JsonGenerator json;
    private boolean complete;

    JsonPieces() {
        try {
            json = JSON.createGenerator(bytes);
        } catch (IOException memoryNeverFails) {
            throw new UncheckedIOException(memoryNeverFails);
        }
    }

    /** Makes the next piece. */
    final byte[] next() {
        bytes.reset();
        try {
            while (!complete && bytes.size() < PIECE) {
                complete = !write(json);
            }
            if (complete) {
                json.close();
            } else {
                json.flush();
            }
        } catch (IOException memoryNeverFails) {
            throw new UncheckedIOException(memoryNeverFails);
        }
        return bytes.toByteArray();
    }

    /** Whether the last piece was the last of all. */
    final boolean complete() {
        return complete;
    }

    /** Writes what comes next, a little of it; false when that was the end. */
    abstract boolean write(JsonGenerator json) throws IOException;
}
