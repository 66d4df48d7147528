package dev.unmask.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one body, token by token. Everything is checked for lone surrogates; irrelevant values are skipped.
 */
class JsonReading {
    final JsonParser parser;
    final int mostTexts;
    private final int mostTargets;

    /**
     * @param parser at the body's first token, which begins an object
     * @param mostTexts the most elements of {@code inputs}
     * @param mostTargets the most elements of {@code targets}
     */
    JsonReading(JsonParser parser, int mostTexts, int mostTargets) {
        this.parser = parser;
        this.mostTexts = mostTexts;
        this.mostTargets = mostTargets;
    }

    /**
     * Reads the whole object; of equal keys the last one counts.
     *
     * @throws Fault of kind BAD_REQUEST for a lone surrogate and for a list with too many elements
     */
    SentBody body() throws IOException {
        Optional<SentStrings> inputs = Optional.empty();
        Optional<SentParameters> beside = Optional.empty();
        SentParameters parameters = SentParameters.NOTHING;
        while (toNextValue()) {
            switch (key()) {
                case "inputs" -> {
                    if (parser.currentToken() == JsonToken.START_OBJECT) {
                        Parameters object = new Parameters(true);
                        beside = Optional.of(object.read());
                        inputs = object.inputs;
                    } else {
                        beside = Optional.empty();
                        inputs = Optional.of(texts());
                    }
                }
                case "parameters" -> parameters = parameters();
                default -> passOver();
            }
        }
        return new SentBody(inputs, beside, parameters);
    }

    /** Reads the parameters at the parser's position. */
    final SentParameters parameters() throws IOException {
        return new Parameters(false).read();
    }

    /** Reads an object of parameters. */
    private final class Parameters {
        private final boolean withInputs;
        private Optional<SentStrings> inputs = Optional.empty();

        /** @param withInputs whether the key {@code inputs} may be among them, which is not a parameter */
        Parameters(boolean withInputs) {
            this.withInputs = withInputs;
        }

        SentParameters read() throws IOException {
            SentStrings targets = SentStrings.NOTHING;
            SentFields tokenizer = SentFields.NOTHING;
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return new SentParameters(SentFields.anything(passOver()), targets, tokenizer);
            }
            SentFields.Collector fields = new SentFields.Collector();
            while (toNextValue()) {
                String key = key();
                if (withInputs && key.equals("inputs")) {
                    inputs = Optional.of(texts());
                } else if (key.equals("targets")) {
                    fields.known(key);
                    targets = targets();
                } else if (key.equals("tokenizer_kwargs")) {
                    fields.known(key);
                    tokenizer = values(WireParameters.TOKENIZER_NAMES);
                } else {
                    field(fields, key, WireParameters.NAMES);
                }
            }
            return new SentParameters(fields.fields(), targets, tokenizer);
        }
    }

    /** Reads an object of scalar values. */
    private SentFields values(List<String> known) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return SentFields.anything(passOver());
        }
        SentFields.Collector fields = new SentFields.Collector();
        while (toNextValue()) {
            field(fields, key(), known);
        }
        return fields.fields();
    }

    final void field(SentFields.Collector fields, String key, List<String> known) throws IOException {
        if (known.contains(key)) {
            fields.known(key, value());
        } else {
            fields.unknown();
            passOver();
        }
    }

    private SentStrings texts() throws IOException {
        return strings(this::nestedElement, mostTexts, "inputs has %d texts; at most %d are allowed in a request.");
    }

    private SentStrings targets() throws IOException {
        return strings(
                this::element, mostTargets, "parameters.targets has %d elements; at most %d are allowed in a request.");
    }

    /** @param reading reads an element of the list */
    final SentStrings strings(ElementReading reading, int most, String tooMany) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return SentStrings.one(text());
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return SentStrings.anything(passOver());
        }
        List<String> strings = new ArrayList<>();
        Optional<SentStrings.Wrong> wrong = Optional.empty();
        int elements = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (++elements > most || wrong.isPresent()) {
                passOver();
            } else {
                Element element = reading.read();
                element.string().ifPresent(strings::add);
                wrong = element.string().isPresent()
                        ? wrong
                        : Optional.of(new SentStrings.Wrong(elements - 1, element.found()));
            }
        }
        if (elements > most) {
            throw Fault.badRequest(tooMany.formatted(elements, most));
        }
        return new SentStrings(JsonType.LIST, strings, wrong);
    }

    /** Reads an element of a list of strings: a string, or what was found instead. */
    record Element(Optional<String> string, String found) {}

    final Element element() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return new Element(Optional.of(text()), "");
        }
        return new Element(Optional.empty(), passOver().withArticle());
    }

    /** Reads the value at the parser's position. */
    @FunctionalInterface
    interface ElementReading {
        Element read() throws IOException;
    }

    /** A list with just one string means that string, as in the reference's inputs. */
    final Element nestedElement() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return element();
        }
        Optional<String> first = Optional.empty();
        int size = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (++size == 1) {
                first = element().string();
            } else {
                passOver();
            }
        }
        return new Element(size == 1 ? first : Optional.empty(), "a list of %d".formatted(size));
    }

    final SentValue value() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> SentValue.string(text());
            case VALUE_NUMBER_INT -> SentValue.integer(parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> SentValue.bool(parser.getText());
            default -> new SentValue(passOver(), false, "");
        };
    }

    /** Moves to the value of the object's next key, unless the object ends. */
    final boolean toNextValue() throws IOException {
        if (parser.nextToken() == JsonToken.END_OBJECT) {
            return false;
        }
        parser.nextToken();
        return true;
    }

    /** The key of the value at the parser's position. */
    final String key() throws IOException {
        return checked(parser.currentName());
    }

    private String text() throws IOException {
        return checked(parser.getText());
    }

    /** Checks the value at the parser's position and keeps only its type. */
    final JsonType passOver() throws IOException {
        JsonType type = JsonType.of(parser.currentToken());
        int open = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token.isStructStart()) {
                open++;
            } else if (token.isStructEnd()) {
                open--;
            } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                text();
            }
            if (open == 0) {
                return type;
            }
            parser.nextToken();
        }
    }

    private static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw Fault.badRequest(
                            "The body has a \\u escape that is half of a surrogate pair, which is not a character.");
                }
                i++;
            }
        }
        return text;
    }
}
