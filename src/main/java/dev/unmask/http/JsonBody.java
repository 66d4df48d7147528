package dev.unmask.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads bodies as the reference's JSON reader does: UTF-8 without a byte order mark, one value and nothing after it, no
 * NaN, the last of equal keys, no lone surrogates. Messages never quote the body.
 *
 * <p>A body is read token by token, and of what it holds only that is kept which a request can use: its size is bounded
 * whatever was sent.
 */
final class JsonBody {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Values that are kept besides texts and targets: many times what any request has. */
    private static final int OTHER_VALUES = 1024;

    private final JsonFactory factory;
    private final int depth;
    private final Map<String, Integer> longestLists;
    private final int mostValues;

    /**
     * @param depth how deep arrays and objects may be nested
     * @param texts elements of a list under the key {@code inputs}
     * @param targets elements of a list under the key {@code targets}
     */
    JsonBody(int depth, int texts, int targets) {
        this.depth = depth;
        this.longestLists = Map.of("inputs", texts, "targets", targets);
        this.mostValues = texts + targets + OTHER_VALUES;
        this.factory = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(depth).build())
                .build();
    }

    /**
     * @return the body's value, an object with the keys {@code inputs} and {@code parameters} as far as they were sent
     * @throws Fault of kind BAD_REQUEST that says where the body is not what it should be
     */
    JsonNode read(InputStream body) {
        Reader characters = new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = factory.createParser(characters)) {
            if (parser.nextToken() == null) {
                throw Fault.badRequest(
                        "The body is empty; it must be a JSON object such as {\"inputs\": \"… [MASK] …\"}.");
            }
            JsonNode object = new Reading(parser).body();
            if (parser.nextToken() != null) {
                throw invalid(parser.currentTokenLocation());
            }
            if (!object.isObject()) {
                throw Fault.badRequest("The body is a JSON %s; it must be an object with the key \"inputs\"."
                        .formatted(typeName(object)));
            }
            return object;
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

    private static Fault invalid(JsonLocation at) {
        return Fault.badRequest(
                at == null
                        ? "The body is not valid JSON."
                        : "The body is not valid JSON: see line %d, column %d."
                                .formatted(at.getLineNr(), at.getColumnNr()));
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

    /** The reading of one body. */
    private final class Reading {
        private final JsonParser parser;
        private int values;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        /** The value that the parser is at; of an object's keys only those that mean something. */
        JsonNode body() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return passOver();
            }
            ObjectNode object = NODES.objectNode();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = checked(parser.currentName());
                parser.nextToken();
                if (key.equals("inputs") || key.equals("parameters")) {
                    object.set(key, value(key));
                } else {
                    passOver();
                }
            }
            return object;
        }

        private JsonNode value(String key) throws IOException {
            if (++values > mostValues) {
                throw Fault.badRequest("The body has more JSON values than a request can use; at most %d are allowed."
                        .formatted(mostValues));
            }
            return switch (parser.currentToken()) {
                case START_OBJECT -> object();
                case START_ARRAY -> list(key);
                default -> scalar();
            };
        }

        private JsonNode object() throws IOException {
            ObjectNode object = NODES.objectNode();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = checked(parser.currentName());
                parser.nextToken();
                object.set(key, value(key));
            }
            return object;
        }

        private JsonNode list(String key) throws IOException {
            ArrayNode list = NODES.arrayNode();
            int most = longestLists.getOrDefault(key, Integer.MAX_VALUE);
            int elements = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (++elements <= most) {
                    list.add(value(""));
                } else {
                    passOver();
                }
            }
            if (elements > most) {
                throw Fault.badRequest("%s; at most %d are allowed in a request."
                        .formatted(
                                key.equals("inputs")
                                        ? "inputs has %d texts".formatted(elements)
                                        : "parameters.%s has %d elements".formatted(key, elements),
                                most));
            }
            return list;
        }

        private JsonNode scalar() throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_STRING -> NODES.textNode(checked(parser.getText()));
                case VALUE_NUMBER_INT ->
                    switch (parser.getNumberType()) {
                        case INT -> NODES.numberNode(parser.getIntValue());
                        case LONG -> NODES.numberNode(parser.getLongValue());
                        default -> NODES.numberNode(parser.getBigIntegerValue());
                    };
                case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
                case VALUE_TRUE -> NODES.booleanNode(true);
                case VALUE_FALSE -> NODES.booleanNode(false);
                default -> NODES.nullNode();
            };
        }

        /** Checks a value that means nothing, and keeps no more of it than its type. */
        private JsonNode passOver() throws IOException {
            JsonToken first = parser.currentToken();
            if (!first.isStructStart()) {
                return scalar();
            }
            for (int open = 1; open > 0; ) {
                JsonToken token = parser.nextToken();
                if (token.isStructStart()) {
                    open++;
                } else if (token.isStructEnd()) {
                    open--;
                } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                    checked(parser.getText());
                }
            }
            return first == JsonToken.START_ARRAY ? NODES.arrayNode() : NODES.objectNode();
        }
    }

    private static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw Fault.badRequest(
                            "The body has a \\u escape that is half of a surrogate pair, which is no character.");
                }
                i++;
            }
        }
        return text;
    }
}
