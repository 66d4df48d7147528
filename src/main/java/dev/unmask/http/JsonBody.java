package dev.unmask.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.unmask.fault.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads bodies as the reference's JSON reader does: UTF-8 without a byte order mark, one value and nothing after it, no
 * NaN, the last of equal keys, no lone surrogates. Messages never quote the body.
 */
final class JsonBody {
    private final JsonMapper mapper;
    private final int depth;

    /** @param depth how deep arrays and objects may be nested */
    JsonBody(int depth) {
        this.depth = depth;
        this.mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** A request's body, which the front door has read already. */
    static byte[] bytes(RoutingContext context) {
        Buffer buffer = context.body().buffer();
        return buffer == null ? new byte[0] : buffer.getBytes();
    }

    /**
     * @return the body's value, an object
     * @throws Fault of kind BAD_REQUEST that says where the body is not what it should be
     */
    JsonNode read(byte[] body) {
        JsonNode node = parse(decode(body));
        if (node.isMissingNode()) {
            throw Fault.badRequest("The body is empty; it must be a JSON object such as {\"inputs\": \"… [MASK] …\"}.");
        }
        if (!node.isObject()) {
            throw Fault.badRequest(
                    "The body is a JSON %s; it must be an object with the key \"inputs\".".formatted(typeName(node)));
        }
        checkSurrogates(node);
        return node;
    }

    private static String decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw Fault.badRequest("The body is not valid UTF-8.");
        }
    }

    private JsonNode parse(String body) {
        try {
            return mapper.readTree(body);
        } catch (StreamConstraintsException exceeded) {
            throw Fault.badRequest(
                    "The body's JSON is nested deeper than %d levels, or has a number or a key that is too long."
                            .formatted(depth));
        } catch (JacksonException invalid) {
            JsonLocation at = invalid.getLocation();
            throw Fault.badRequest(
                    at == null
                            ? "The body is not valid JSON."
                            : "The body is not valid JSON: see line %d, column %d."
                                    .formatted(at.getLineNr(), at.getColumnNr()));
        }
    }

    /** What a value is called in messages, with its article. */
    static String aType(JsonNode node) {
        return node.isNull() ? "null" : (node.isObject() ? "an " : "a ") + typeName(node);
    }

    private static String typeName(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "list";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> "number";
            default -> "null";
        };
    }

    private static void checkSurrogates(JsonNode node) {
        if (node.isTextual()) {
            checkSurrogates(node.textValue());
        } else if (node.isObject()) {
            node.properties().forEach(property -> {
                checkSurrogates(property.getKey());
                checkSurrogates(property.getValue());
            });
        } else {
            node.forEach(JsonBody::checkSurrogates);
        }
    }

    private static void checkSurrogates(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw Fault.badRequest(
                    "The body has a \\u escape that is half of a surrogate pair, which is no character.");
        }
    }
}
