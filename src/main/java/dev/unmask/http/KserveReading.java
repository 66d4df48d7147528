package dev.unmask.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the bodies of KServe's protocols, with texts in tensors or instances. */
final class KserveReading extends JsonReading {
    /** The most requested outputs, allowing for duplicates. */
    private static final int MOST_OUTPUTS = 64;

    /** As for {@link JsonReading}. */
    KserveReading(JsonParser parser, int mostTexts, int mostTargets) {
        super(parser, mostTexts, mostTargets);
    }

    /**
     * Reads the whole object as a request of the Open Inference Protocol. Keeps the first of several tensors.
     *
     * @throws Fault as {@link JsonReading#body} does
     */
    SentInference inference() throws IOException {
        SentValue id = SentValue.NOTHING;
        SentParameters parameters = SentParameters.NOTHING;
        SentTensors inputs = SentTensors.anything(JsonType.NULL);
        SentStrings outputs = SentStrings.NOTHING;
        while (toNextValue()) {
            switch (key()) {
                case "id" -> id = value();
                case "parameters" -> parameters = parameters();
                case "inputs" -> inputs = tensors();
                case "outputs" -> outputs = outputNames();
                default -> passOver();
            }
        }
        return new SentInference(id, parameters, inputs, outputs);
    }

    /**
     * Reads the whole object as a request of TensorFlow Serving's {@code :predict}.
     *
     * @throws Fault as {@link JsonReading#body} does
     */
    SentInstances instances() throws IOException {
        Optional<SentStrings> instances = Optional.empty();
        SentParameters parameters = SentParameters.NOTHING;
        while (toNextValue()) {
            switch (key()) {
                case "instances" ->
                    instances = Optional.of(strings(
                            () -> member("text"),
                            mostTexts,
                            "instances has %d texts; at most %d are allowed in a request."));
                case "parameters" -> parameters = parameters();
                default -> passOver();
            }
        }
        return new SentInstances(instances, parameters);
    }

    private SentTensors tensors() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return SentTensors.anything(passOver());
        }
        Optional<SentTensors.Tensor> first = Optional.empty();
        int size = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (++size == 1 && parser.currentToken() == JsonToken.START_OBJECT) {
                first = Optional.of(tensor());
            } else {
                passOver();
            }
        }
        return new SentTensors(JsonType.LIST, size, first);
    }

    private SentTensors.Tensor tensor() throws IOException {
        SentFields.Collector fields = new SentFields.Collector();
        List<SentValue> shape = List.of();
        SentStrings data = SentStrings.NOTHING;
        while (toNextValue()) {
            String key = key();
            switch (key) {
                case "shape" -> shape = dimensions();
                case "data" ->
                    data = strings(
                            this::nestedElement,
                            mostTexts,
                            "inputs[0].data has %d texts; at most %d are allowed in a request.");
                default -> field(fields, key, SentTensors.FIELDS);
            }
        }
        return new SentTensors.Tensor(fields.fields(), shape, data);
    }

    /** One dimension more than can be right. */
    private List<SentValue> dimensions() throws IOException {
        List<SentValue> dimensions = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            passOver();
            return dimensions;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            SentValue dimension = value();
            if (dimensions.size() <= SentTensors.MOST_DIMENSIONS) {
                dimensions.add(dimension);
            }
        }
        return dimensions;
    }

    private SentStrings outputNames() throws IOException {
        return strings(() -> member("name"), MOST_OUTPUTS, "outputs has %d elements; at most %d are allowed.");
    }

    /** The string under a key of an object, or a plain string in place of such an object. */
    private Element member(String wanted) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return element();
        }
        Element found = new Element(Optional.empty(), "an object without \"%s\"".formatted(wanted));
        while (toNextValue()) {
            if (key().equals(wanted)) {
                found = element();
            } else {
                passOver();
            }
        }
        return found;
    }
}
