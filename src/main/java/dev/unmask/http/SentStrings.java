package dev.unmask.http;

import java.util.List;
import java.util.Optional;

/**
 * What was sent where a string or a list of strings belongs.
 *
 * @param type a string, a list, or what stands there instead
 * @param strings the strings, as far as nothing else stands between them
 * @param wrong the first element that isn't a string
 */
record SentStrings(JsonType type, List<String> strings, Optional<Wrong> wrong) {
    static final SentStrings NOTHING = anything(JsonType.NULL);

    /**
     * An element that isn't a string.
     *
     * @param at its place, from 0
     * @param found what it is, with its article
     */
    record Wrong(int at, String found) {}

    static SentStrings one(String text) {
        return new SentStrings(JsonType.STRING, List.of(text), Optional.empty());
    }

    /** What is neither a string nor a list. */
    static SentStrings anything(JsonType type) {
        return new SentStrings(type, List.of(), Optional.empty());
    }
}
