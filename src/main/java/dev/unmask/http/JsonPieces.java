package dev.unmask.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A JSON text that is generated in pieces, so that only the piece being sent is in memory. */
abstract class JsonPieces {
    /** The minimum size of a piece, except for the last one. */
    static final int PIECE = 32 * 1024;

    /** Shortest round-trip digits, equal on every Java version; unescaped UTF-8 also beyond the basic plane, like the reference. */
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

    /** Generates the next piece. */
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

    /** Whether there are no more pieces. */
    final boolean complete() {
        return complete;
    }

    /** Writes a small part of what comes next; false at the end. */
    abstract boolean write(JsonGenerator json) throws IOException;
}
