package dev.unmask.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes answers in the reference's shape: one text with one mask is a list of predictions; several masks, and several
 * texts, each add a list around.
 */
final class WireAnswer {
    /** The same digits on every Java, shortest round trip; raw UTF-8 also beyond the basic plane, as the reference. */
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private static final String WARNING = "X-Unmask-Warning";

    /** Warnings are for people; a request with thousands of odd targets must not make thousands of headers. */
    private static final int MOST_WARNINGS = 20;

    private WireAnswer() {}

    /** The response with its body and its warnings. */
    static Response response(Answer answer) {
        Response.ResponseBuilder response = Response.ok(body(answer), MediaType.APPLICATION_JSON_TYPE);
        List<String> warnings = answer.warnings();
        warnings.stream().limit(MOST_WARNINGS).forEach(warning -> response.header(WARNING, warning));
        if (warnings.size() > MOST_WARNINGS) {
            response.header(WARNING, "%d more like these".formatted(warnings.size() - MOST_WARNINGS));
        }
        return response.build();
    }

    private static byte[] body(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            if (answer.texts().size() == 1) {
                text(json, answer.texts().get(0));
            } else {
                json.writeStartArray();
                for (List<List<Prediction>> text : answer.texts()) {
                    text(json, text);
                }
                json.writeEndArray();
            }
        } catch (IOException memoryNeverFails) {
            throw new UncheckedIOException(memoryNeverFails);
        }
        return bytes.toByteArray();
    }

    private static void text(JsonGenerator json, List<List<Prediction>> masks) throws IOException {
        if (masks.size() == 1) {
            mask(json, masks.get(0));
            return;
        }
        json.writeStartArray();
        for (List<Prediction> mask : masks) {
            mask(json, mask);
        }
        json.writeEndArray();
    }

    private static void mask(JsonGenerator json, List<Prediction> predictions) throws IOException {
        json.writeStartArray();
        for (Prediction prediction : predictions) {
            json.writeStartObject();
            // Widened as the reference does: the shortest digits of the double, not of the float.
            json.writeNumberField("score", (double) prediction.score());
            json.writeNumberField("token", prediction.token());
            json.writeStringField("token_str", prediction.tokenText());
            json.writeStringField("sequence", prediction.sequence());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
