package dev.unmask.http;

import java.util.List;
import java.util.Optional;

/**
 * The value sent for a string or a list of strings.
 *
 * @param type a string, a list, or the type sent instead
 * @param strings the strings, up to the first other element
 * @param wrong the first element that isn't a string
 */
record SentStrings(JsonType type, List<String> strings, Optional<Wrong> wrong) {
    static final SentStrings NOTHING = anything(JsonType.NULL);

    /**
     * An element that isn't a string.
     *
     * @param at its index, from 0
     * @param found its type, with an article
     */
    record Wrong(int at, String found) {}

    static SentStrings one(String text) {
        return new SentStrings(JsonType.STRING, List.of(text), Optional.empty());
    }

    /** A value that is neither a string nor a list. */
    static SentStrings anything(JsonType type) {
        return new SentStrings(type, List.of(), Optional.empty());
    }
}
