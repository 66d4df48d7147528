package dev.unmask.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The wire's {@code parameters}, checked by type. Ranges that depend on the model are checked where the model is known.
 * Unknown keys are refused without quoting them, since a caller may have put anything there.
 *
 * @param topK {@code top_k}
 * @param targets {@code targets}
 * @param encoding {@code tokenizer_kwargs}
 */
record WireParameters(OptionalInt topK, Optional<List<String>> targets, Query.Encoding encoding) {
    private static final List<String> NAMES =
            List.of("top_k", "targets", "tokenizer_kwargs", "batch_size", "num_workers");
    private static final List<String> TOKENIZER_NAMES =
            List.of("truncation", "max_length", "padding", "add_special_tokens");
    private static final List<String> TRUNCATIONS =
            List.of("longest_first", "only_first", "only_second", "do_not_truncate");
    private static final List<String> PADDINGS = List.of("longest", "max_length", "do_not_pad");
    private static final String KWARGS = "parameters.tokenizer_kwargs";

    /**
     * @param parameters the object, empty where there is none
     * @param longest the tokens that {@code "truncation": true} cuts to
     * @throws Fault of kind BAD_REQUEST that names the parameter, what was found and what is allowed
     */
    static WireParameters read(ObjectNode parameters, int longest) {
        checkNames(parameters, "parameters", NAMES);
        // Accepted for the sake of clients that send them; batches and threads are the server's affair.
        count(parameters, "batch_size");
        count(parameters, "num_workers");
        return new WireParameters(
                topK(parameters.get("top_k")),
                targets(parameters.get("targets")),
                encoding(parameters.get("tokenizer_kwargs"), longest));
    }

    /**
     * The parameters of embeddings, of which there is one, {@code tokenizer_kwargs}.
     *
     * @throws Fault as {@link #read} does
     */
    static Query.Encoding readEncoding(ObjectNode parameters, int longest) {
        checkNames(parameters, "parameters", List.of("tokenizer_kwargs"));
        return encoding(parameters.get("tokenizer_kwargs"), longest);
    }

    private static OptionalInt topK(JsonNode topK) {
        if (absent(topK)) {
            return OptionalInt.empty();
        }
        if (!topK.isIntegralNumber()) {
            throw Fault.badRequest("parameters.top_k is %s; it must be an integer.".formatted(numberType(topK)));
        }
        if (!topK.canConvertToInt()) {
            throw Fault.badRequest(
                    "parameters.top_k is out of range; allowed are 0 to the size of the model's vocabulary.");
        }
        return OptionalInt.of(topK.intValue());
    }

    private static Optional<List<String>> targets(JsonNode targets) {
        if (absent(targets)) {
            return Optional.empty();
        }
        if (targets.isTextual()) {
            return Optional.of(List.of(targets.textValue()));
        }
        if (!targets.isArray()) {
            throw Fault.badRequest("parameters.targets is %s; it must be a string or a list of strings."
                    .formatted(JsonBody.aType(targets)));
        }
        List<String> words = new ArrayList<>(targets.size());
        for (int i = 0; i < targets.size(); i++) {
            JsonNode word = targets.get(i);
            if (!word.isTextual()) {
                throw Fault.badRequest("parameters.targets[%d] is %s; every target must be a string."
                        .formatted(i, JsonBody.aType(word)));
            }
            words.add(word.textValue());
        }
        return Optional.of(words);
    }

    private static Query.Encoding encoding(JsonNode kwargs, int longest) {
        if (absent(kwargs)) {
            return Query.Encoding.PLAIN;
        }
        if (!(kwargs instanceof ObjectNode options)) {
            throw Fault.badRequest("%s is %s; it must be an object.".formatted(KWARGS, JsonBody.aType(kwargs)));
        }
        checkNames(options, KWARGS, TOKENIZER_NAMES);
        boolean special = addSpecialTokens(options.get("add_special_tokens"));
        OptionalInt maxLength = maxLength(options.get("max_length"), special);
        String padding = padding(options.get("padding"));
        if (padding.equals("max_length") && maxLength.orElse(0) > longest) {
            throw Fault.badRequest(KWARGS
                    + ".max_length is %d; padding to more than %d tokens is not possible."
                            .formatted(maxLength.getAsInt(), longest));
        }
        // As in the reference, a maximal length alone asks for truncation, unless it goes with padding in any words.
        boolean alone =
                absent(options.get("padding")) || options.get("padding").isBoolean() && padding.equals("do_not_pad");
        String unsaid = maxLength.isPresent() && alone ? "longest_first" : "do_not_truncate";
        String truncation = truncation(options.get("truncation"), unsaid);
        return switch (truncation) {
            case "do_not_truncate" -> new Query.Encoding(special, OptionalInt.empty(), false);
            case "only_second" -> new Query.Encoding(special, maxLength, false);
            default -> new Query.Encoding(special, OptionalInt.of(maxLength.orElse(longest)), true);
        };
    }

    private static String truncation(JsonNode truncation, String unsaid) {
        if (absent(truncation)) {
            return unsaid;
        }
        if (truncation.isBoolean()) {
            return truncation.booleanValue() ? "longest_first" : "do_not_truncate";
        }
        return choice(truncation, "truncation", TRUNCATIONS);
    }

    /** Padding never changes a prediction; which it is still decides what a maximal length means. */
    private static String padding(JsonNode padding) {
        if (absent(padding)) {
            return "do_not_pad";
        }
        if (padding.isBoolean()) {
            return padding.booleanValue() ? "longest" : "do_not_pad";
        }
        return choice(padding, "padding", PADDINGS);
    }

    private static String choice(JsonNode value, String name, List<String> allowed) {
        if (!value.isTextual() || !allowed.contains(value.textValue())) {
            throw Fault.badRequest(
                    "%s.%s must be true, false or one of %s.".formatted(KWARGS, name, String.join(", ", allowed)));
        }
        return value.textValue();
    }

    private static OptionalInt maxLength(JsonNode length, boolean special) {
        if (absent(length)) {
            return OptionalInt.empty();
        }
        int least = special ? 3 : 1;
        if (!length.isIntegralNumber() || !length.canConvertToInt() || length.intValue() < least) {
            throw Fault.badRequest(KWARGS + ".max_length must be an integer of at least %d.".formatted(least));
        }
        return OptionalInt.of(length.intValue());
    }

    private static boolean addSpecialTokens(JsonNode add) {
        if (absent(add)) {
            return true;
        }
        if (!add.isBoolean()) {
            throw Fault.badRequest(KWARGS + ".add_special_tokens must be true or false.");
        }
        return add.booleanValue();
    }

    private static void count(ObjectNode parameters, String name) {
        JsonNode value = parameters.get(name);
        if (!absent(value)
                && (!value.isIntegralNumber() || value.bigIntegerValue().signum() < 0)) {
            throw Fault.badRequest("parameters.%s must be an integer of at least 0.".formatted(name));
        }
    }

    private static void checkNames(ObjectNode object, String field, List<String> allowed) {
        int number = 0;
        for (var property : object.properties()) {
            number++;
            if (!allowed.contains(property.getKey())) {
                throw Fault.badRequest("%s has a key that is not known (number %d of %d); allowed are %s."
                        .formatted(field, number, object.size(), String.join(", ", allowed)));
            }
        }
    }

    private static boolean absent(JsonNode node) {
        return node == null || node.isNull();
    }

    private static String numberType(JsonNode node) {
        return node.isNumber() ? "a number with a fraction" : JsonBody.aType(node);
    }
}
