package dev.unmask.http;

import com.fasterxml.jackson.core.JsonToken;

/** JSON's value types, as named in messages. */
enum JsonType {
    OBJECT("an object"),
    LIST("a list"),
    STRING("a string"),
    NUMBER("a number"),
    BOOLEAN("a boolean"),
    NULL("null");

    private final String withArticle;

    JsonType(String withArticle) {
        this.withArticle = withArticle;
    }

    /** The type of the value that begins with a token. */
    static JsonType of(JsonToken first) {
        return switch (first) {
            case START_OBJECT -> OBJECT;
            case START_ARRAY -> LIST;
            case VALUE_STRING -> STRING;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> BOOLEAN;
            default -> NULL;
        };
    }

    /** The type with its article, as in "is a string". */
    String withArticle() {
        return withArticle;
    }

    /** The same, with a missing value called missing. */
    String orMissing() {
        return this == NULL ? "missing" : withArticle;
    }

    /** The type's bare name. */
    String bareName() {
        return withArticle.substring(withArticle.indexOf(' ') + 1);
    }
}
