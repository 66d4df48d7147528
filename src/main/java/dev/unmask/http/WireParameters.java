package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fillmask.Query;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The wire's {@code parameters}, checked by type. Ranges that depend on the model are checked where the model is known.
 * Unknown keys are refused without quoting them, since they may contain anything.
 *
 * @param topK {@code top_k}
 * @param targets {@code targets}
 * @param encoding {@code tokenizer_kwargs}
 */
record WireParameters(OptionalInt topK, Optional<List<String>> targets, Query.Encoding encoding) {
    static final List<String> NAMES = List.of("top_k", "targets", "tokenizer_kwargs", "batch_size", "num_workers");
    static final List<String> TOKENIZER_NAMES = List.of("truncation", "max_length", "padding", "add_special_tokens");
    private static final List<String> TRUNCATIONS =
            List.of("longest_first", "only_first", "only_second", "do_not_truncate");
    private static final List<String> PADDINGS = List.of("longest", "max_length", "do_not_pad");
    private static final String KWARGS = "parameters.tokenizer_kwargs";

    /**
     * @param parameters the sent parameters
     * @param longest the tokens that {@code "truncation": true} truncates to
     * @throws Fault of kind BAD_REQUEST that names the parameter, what was found and what is allowed
     */
    static WireParameters read(SentParameters parameters, int longest) {
        SentFields fields = parameters.fields();
        checkNames(fields, "parameters", NAMES);
        // Accepted for compatibility with clients that send them; the server decides about batches and threads.
        checkCount(fields, "batch_size");
        checkCount(fields, "num_workers");
        return new WireParameters(
                topK(fields.value("top_k")), targets(parameters.targets()), encoding(parameters.tokenizer(), longest));
    }

    /** The query with these parameters. */
    Query query(List<String> texts) {
        return new Query(texts, topK, targets, encoding);
    }

    /**
     * The parameters of embeddings, only {@code tokenizer_kwargs}.
     *
     * @throws Fault as {@link #read} does
     */
    static Query.Encoding readEncoding(SentParameters parameters, int longest) {
        checkNames(parameters.fields(), "parameters", List.of("tokenizer_kwargs"));
        return encoding(parameters.tokenizer(), longest);
    }

    private static OptionalInt topK(SentValue topK) {
        if (topK.isAbsent()) {
            return OptionalInt.empty();
        }
        if (!topK.integral()) {
            throw Fault.badRequest("parameters.top_k is %s; it must be an integer."
                    .formatted(
                            topK.type() == JsonType.NUMBER
                                    ? "a number with a fraction"
                                    : topK.type().withArticle()));
        }
        OptionalInt value = topK.asInt();
        if (value.isEmpty()) {
            throw Fault.badRequest(
                    "parameters.top_k is out of range; it must be between 0 and the size of the model's vocabulary.");
        }
        return value;
    }

    private static Optional<List<String>> targets(SentStrings targets) {
        targets.wrong().ifPresent(wrong -> {
            throw Fault.badRequest("parameters.targets[%d] is %s; every target must be a string."
                    .formatted(wrong.at(), wrong.found()));
        });
        return switch (targets.type()) {
            case NULL -> Optional.empty();
            case STRING, LIST -> Optional.of(targets.strings());
            default ->
                throw Fault.badRequest("parameters.targets is %s; it must be a string or a list of strings."
                        .formatted(targets.type().withArticle()));
        };
    }

    private static Query.Encoding encoding(SentFields options, int longest) {
        checkNames(options, KWARGS, TOKENIZER_NAMES);
        boolean special = addSpecialTokens(options.value("add_special_tokens"));
        OptionalInt maxLength = maxLength(options.value("max_length"), special);
        String padding = padding(options.value("padding"));
        if (padding.equals("max_length") && maxLength.orElse(0) > longest) {
            throw Fault.badRequest(KWARGS
                    + ".max_length is %d; padding to more than %d tokens is not possible."
                            .formatted(maxLength.getAsInt(), longest));
        }
        // As in the reference, a maximum length alone requests truncation, unless any padding is given as well.
        boolean alone = options.value("padding").isAbsent()
                || options.value("padding").isBoolean() && padding.equals("do_not_pad");
        String unsaid = maxLength.isPresent() && alone ? "longest_first" : "do_not_truncate";
        String truncation = truncation(options.value("truncation"), unsaid);
        return switch (truncation) {
            case "do_not_truncate" -> new Query.Encoding(special, OptionalInt.empty(), false);
            case "only_second" -> new Query.Encoding(special, maxLength, false);
            default -> new Query.Encoding(special, OptionalInt.of(maxLength.orElse(longest)), true);
        };
    }

    private static String truncation(SentValue truncation, String unsaid) {
        if (truncation.isAbsent()) {
            return unsaid;
        }
        if (truncation.isBoolean()) {
            return truncation.isTrue() ? "longest_first" : "do_not_truncate";
        }
        return choice(truncation, "truncation", TRUNCATIONS);
    }

    /** Padding never changes a prediction, but its kind determines what a maximum length means. */
    private static String padding(SentValue padding) {
        if (padding.isAbsent()) {
            return "do_not_pad";
        }
        if (padding.isBoolean()) {
            return padding.isTrue() ? "longest" : "do_not_pad";
        }
        return choice(padding, "padding", PADDINGS);
    }

    private static String choice(SentValue value, String name, List<String> allowed) {
        if (value.type() != JsonType.STRING || !allowed.contains(value.text())) {
            throw Fault.badRequest(
                    "%s.%s must be true, false or one of %s.".formatted(KWARGS, name, String.join(", ", allowed)));
        }
        return value.text();
    }

    private static OptionalInt maxLength(SentValue length, boolean special) {
        if (length.isAbsent()) {
            return OptionalInt.empty();
        }
        int least = special ? 3 : 1;
        OptionalInt value = length.asInt();
        if (value.isEmpty() || value.getAsInt() < least) {
            throw Fault.badRequest(KWARGS + ".max_length must be an integer of at least %d.".formatted(least));
        }
        return value;
    }

    private static boolean addSpecialTokens(SentValue add) {
        if (add.isAbsent()) {
            return true;
        }
        if (!add.isBoolean()) {
            throw Fault.badRequest(KWARGS + ".add_special_tokens must be true or false.");
        }
        return add.isTrue();
    }

    private static void checkCount(SentFields fields, String name) {
        SentValue value = fields.value(name);
        if (!value.isAbsent() && (!value.integral() || value.isNegative())) {
            throw Fault.badRequest("parameters.%s must be an integer of at least 0.".formatted(name));
        }
    }

    private static void checkNames(SentFields fields, String name, List<String> allowed) {
        if (fields.type() != JsonType.OBJECT && fields.type() != JsonType.NULL) {
            throw Fault.badRequest("%s is %s; it must be an object."
                    .formatted(name, fields.type().withArticle()));
        }
        for (int i = 0; i < fields.names().size(); i++) {
            if (!allowed.contains(fields.names().get(i))) {
                throw Fault.badRequest("%s has an unknown key (number %d of %d); allowed are %s."
                        .formatted(name, i + 1, fields.size(), String.join(", ", allowed)));
            }
        }
    }
}
