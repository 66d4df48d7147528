package dev.unmask.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads bodies as the reference's JSON reader does: UTF-8 without a byte order mark, one value and nothing after it, no
 * NaN, the last of equal keys, no lone surrogates. Messages never quote the body.
 *
 * <p>A body is read token by token, and only what a request can use is kept: its size is bounded whatever was sent.
 */
final class JsonBody {
    private final JsonFactory factory;
    private final int depth;
    private final int texts;
    private final int targets;

    /**
     * @param depth how deep arrays and objects may be nested
     * @param texts elements of a list under the key {@code inputs}
     * @param targets elements of a list under the key {@code targets}
     */
    JsonBody(int depth, int texts, int targets) {
        this.depth = depth;
        this.texts = texts;
        this.targets = targets;
        this.factory = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(depth).build())
                .build();
    }

    /**
     * The form of a body.
     *
     * @param key that it must have
     * @param example of such a body
     * @param reading parses its object from beginning to end
     */
    record Form<T>(String key, String example, Reading<T> reading) {
        /** The reference's form. */
        static final Form<SentBody> INPUTS =
                new Form<>("inputs", "{\"inputs\": \"… [MASK] …\"}", (parser, texts, targets) -> new JsonReading(
                                parser, texts, targets)
                        .body());

        /** The Open Inference Protocol's form. */
        static final Form<SentInference> TENSORS = new Form<>(
                "inputs",
                "{\"inputs\": [{\"name\": \"text\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"… [MASK] …\"]}]}",
                (parser, texts, targets) -> new KserveReading(parser, texts, targets).inference());

        /** TensorFlow Serving's form, for {@code :predict}. */
        static final Form<SentInstances> INSTANCES = new Form<>(
                "instances",
                "{\"instances\": [\"… [MASK] …\"]}",
                (parser, texts, targets) -> new KserveReading(parser, texts, targets).instances());
    }

    /** Reads an object by {@link JsonReading}. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonParser parser, int mostTexts, int mostTargets) throws IOException;
    }

    /**
     * @return the body's content
     * @throws Fault of kind BAD_REQUEST that says where the body is wrong
     */
    SentBody read(InputStream body) {
        return read(body, Form.INPUTS);
    }

    /**
     * @return the body's content
     * @throws Fault of kind BAD_REQUEST that says where the body is wrong
     */
    <T> T read(InputStream body, Form<T> form) {
        Reader characters = new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = factory.createParser(characters)) {
            if (parser.nextToken() == null) {
                throw Fault.badRequest(
                        "The body is empty; it must be a JSON object such as %s.".formatted(form.example()));
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw noObject(parser, form.key());
            }
            T read = form.reading().read(parser, texts, targets);
            nothingFollows(parser);
            return read;
        } catch (StreamConstraintsException exceeded) {
            throw Fault.badRequest(
                    "The body's JSON is nested deeper than %d levels, or has a number or a key that is too long."
                            .formatted(depth));
        } catch (JacksonException invalid) {
            throw invalid(invalid.getLocation());
        } catch (CharacterCodingException malformed) {
            throw Fault.badRequest("The body is not valid UTF-8.");
        } catch (IOException memoryNeverFails) {
            throw new UncheckedIOException(memoryNeverFails);
        }
    }

    /** The refusal of a value that is valid JSON but not an object. */
    private static Fault noObject(JsonParser parser, String key) throws IOException {
        JsonType type = JsonType.of(parser.currentToken());
        parser.skipChildren();
        nothingFollows(parser);
        return Fault.badRequest(
                "The body is a JSON %s; it must be an object with the key \"%s\".".formatted(type.bareName(), key));
    }

    private static void nothingFollows(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw invalid(parser.currentTokenLocation());
        }
    }

    private static Fault invalid(JsonLocation at) {
        return Fault.badRequest(
                at == null
                        ? "The body is not valid JSON."
                        : "The body is not valid JSON: see line %d, column %d."
                                .formatted(at.getLineNr(), at.getColumnNr()));
    }
}
