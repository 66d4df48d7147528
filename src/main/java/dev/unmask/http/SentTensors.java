package dev.unmask.http;

import java.util.List;
import java.util.Optional;

/**
 * What was sent where the Open Inference Protocol has its list of tensors.
 *
 * @param type a list, or what stands there instead
 * @param size how many elements it has
 * @param first the first of them, if it is an object
 */
record SentTensors(JsonType type, int size, Optional<Tensor> first) {
    /** A tensor's keys that are single values and mean something. */
    static final List<String> FIELDS = List.of("name", "datatype");

    /** Texts come one after another, or as a column. */
    static final int MOST_DIMENSIONS = 2;

    /**
     * One tensor.
     *
     * @param fields its {@link #FIELDS}; others are passed over, as the protocol has optional ones
     * @param shape its dimensions, cut off after one more than there may be
     * @param data its elements
     */
    record Tensor(SentFields fields, List<SentValue> shape, SentStrings data) {}

    /** No list. */
    static SentTensors anything(JsonType type) {
        return new SentTensors(type, 0, Optional.empty());
    }
}
