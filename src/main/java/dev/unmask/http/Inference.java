package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request in the Open Inference Protocol, version 2 (REST): one tensor {@code text} of type BYTES, and the usual parameters.
 *
 * @param query the query
 * @param id the request's id, which the answer repeats
 * @param outputs the requested tensors
 */
record Inference(Query query, Optional<String> id, Set<Output> outputs) {
    /** The tensor of texts. */
    static final String TEXT = "text";

    /** Its type: strings, in JSON. */
    static final String BYTES = "BYTES";

    /** The sender's name of the list of texts. */
    static final String DATA = "inputs[0].data";

    /** The tensors of an answer, each with a row for each text and a column for each prediction, best first. */
    enum Output {
        SCORE("FP32"),
        TOKEN("INT64"),
        TOKEN_STR(BYTES),
        SEQUENCE(BYTES);

        private final String datatype;

        Output(String datatype) {
            this.datatype = datatype;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        String datatype() {
            return datatype;
        }

        private static Output of(String label, int index) {
            return Arrays.stream(values())
                    .filter(output -> output.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> Fault.badRequest("outputs[%d].name must be one of %s."
                            .formatted(
                                    index,
                                    Arrays.stream(values()).map(Output::label).collect(Collectors.joining(", ")))));
        }
    }

    /**
     * @param sent what was sent
     * @param longest the tokens that {@code "truncation": true} truncates to
     * @throws Fault of kind BAD_REQUEST that names the field, what was found and what is allowed
     */
    static Inference read(SentInference sent, int longest) {
        List<String> texts = texts(sent.inputs());
        return new Inference(
                WireParameters.read(sent.parameters(), longest).query(texts), id(sent.id()), outputs(sent.outputs()));
    }

    private static List<String> texts(SentTensors inputs) {
        if (inputs.type() != JsonType.LIST) {
            throw Fault.badRequest("inputs is %s; it must be a list of one tensor, \"%s\"."
                    .formatted(inputs.type().orMissing(), TEXT));
        }
        if (inputs.size() != 1) {
            throw Fault.badRequest("inputs has %d tensors; it must have one, \"%s\".".formatted(inputs.size(), TEXT));
        }
        SentTensors.Tensor tensor = inputs.first()
                .orElseThrow(
                        () -> Fault.badRequest("inputs[0] must be an object with name, shape, datatype and data."));
        check("name", tensor.fields().value("name"), TEXT);
        check("datatype", tensor.fields().value("datatype"), BYTES);
        List<String> texts = WireInputs.list(DATA, "a string", tensor.data());
        checkShape(tensor.shape(), texts.size());
        return texts;
    }

    private static void check(String field, SentValue value, String must) {
        if (value.type() != JsonType.STRING || !value.text().equals(must)) {
            throw Fault.badRequest("inputs[0].%s %s \"%s\"."
                    .formatted(field, value.isAbsent() ? "is missing; it must be" : "must be", must));
        }
    }

    private static void checkShape(List<SentValue> shape, int texts) {
        boolean column = shape.size() == 2 && shape.get(1).asInt().equals(OptionalInt.of(1));
        if (shape.isEmpty()
                || shape.size() > 1 && !column
                || !shape.get(0).asInt().equals(OptionalInt.of(texts))) {
            throw Fault.badRequest(
                    "inputs[0].shape must be [%d] or [%1$d, 1], by the number of texts in its data.".formatted(texts));
        }
    }

    private static Optional<String> id(SentValue id) {
        if (!id.isAbsent() && id.type() != JsonType.STRING) {
            throw Fault.badRequest(
                    "id is %s; it must be a string.".formatted(id.type().withArticle()));
        }
        return id.isAbsent() ? Optional.empty() : Optional.of(id.text());
    }

    private static Set<Output> outputs(SentStrings outputs) {
        if (outputs.type() == JsonType.NULL || outputs.type() == JsonType.LIST && noNames(outputs)) {
            return EnumSet.allOf(Output.class);
        }
        List<String> names = WireInputs.list("outputs", "an object with \"name\"", outputs);
        EnumSet<Output> wanted = EnumSet.noneOf(Output.class);
        for (int i = 0; i < names.size(); i++) {
            wanted.add(Output.of(names.get(i), i));
        }
        return wanted;
    }

    private static boolean noNames(SentStrings outputs) {
        return outputs.strings().isEmpty() && outputs.wrong().isEmpty();
    }
}
