package dev.unmask.http;

import io.vertx.core.MultiMap;
import java.util.Collections;
import java.util.List;

/**
 * The sent {@code parameters}, or the keys beside the inputs in an object.
 *
 * @param fields its keys and scalar values
 * @param targets {@code targets}
 * @param tokenizer {@code tokenizer_kwargs}
 */
record SentParameters(SentFields fields, SentStrings targets, SentFields tokenizer) {
    static final SentParameters NOTHING =
            new SentParameters(SentFields.NOTHING, SentStrings.NOTHING, SentFields.NOTHING);

    /** A URL's parameters: digits are read as a number, true and false as booleans, and the last of equal names counts. */
    static SentParameters of(MultiMap url) {
        SentFields.Collector fields = new SentFields.Collector();
        SentStrings targets = SentStrings.NOTHING;
        SentFields tokenizer = SentFields.NOTHING;
        for (String name : url.names()) {
            List<String> values = url.getAll(name);
            SentValue value = ofUrl(values.get(values.size() - 1));
            switch (name) {
                case "targets" -> {
                    fields.known(name);
                    targets = value.type() == JsonType.STRING
                            ? SentStrings.one(value.text())
                            : SentStrings.anything(value.type());
                }
                case "tokenizer_kwargs" -> {
                    fields.known(name);
                    tokenizer = SentFields.anything(value.type());
                }
                default -> {
                    if (WireParameters.NAMES.contains(name)) {
                        fields.known(name, value);
                    } else {
                        fields.unknown();
                    }
                }
            }
        }
        return new SentParameters(fields.fields(), targets, tokenizer);
    }

    private static SentValue ofUrl(String value) {
        if (value.matches("\\d{1,18}")) {
            return SentValue.integer(value);
        }
        return value.equals("true") || value.equals("false") ? SentValue.bool(value) : SentValue.string(value);
    }

    /** Whether a key is in both. */
    boolean overlaps(SentParameters others) {
        return !Collections.disjoint(fields.names(), others.fields.names());
    }

    /** These and others, without common keys. */
    SentParameters and(SentParameters others) {
        return new SentParameters(
                fields.and(others.fields),
                targets.type() == JsonType.NULL ? others.targets : targets,
                tokenizer.type() == JsonType.NULL ? others.tokenizer : tokenizer);
    }
}
