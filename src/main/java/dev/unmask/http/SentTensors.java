package dev.unmask.http;

import java.util.List;
import java.util.Optional;

/**
 * The value sent for the Open Inference Protocol's list of tensors.
 *
 * @param type a list, or the type sent instead
 * @param size how many elements it has
 * @param first the first of them, if it is an object
 */
record SentTensors(JsonType type, int size, Optional<Tensor> first) {
    /** A tensor's relevant keys with scalar values. */
    static final List<String> FIELDS = List.of("name", "datatype");

    /** Texts are a vector, or a column. */
    static final int MOST_DIMENSIONS = 2;

    /**
     * One tensor.
     *
     * @param fields its {@link #FIELDS}; others are ignored, since the protocol has optional ones
     * @param shape its dimensions, cut off after one more than allowed
     * @param data its elements
     */
    record Tensor(SentFields fields, List<SentValue> shape, SentStrings data) {}

    /** Not a list. */
    static SentTensors anything(JsonType type) {
        return new SentTensors(type, 0, Optional.empty());
    }
}
