package dev.unmask.http;

import java.math.BigInteger;
import java.util.OptionalInt;

/**
 * The value sent for a scalar parameter; for a list or an object, only the type.
 *
 * @param type its type; a missing value counts as null
 * @param integral whether it is an integral number
 * @param text a string's text, a number's or a boolean's literal; otherwise empty
 */
record SentValue(JsonType type, boolean integral, String text) {
    static final SentValue NOTHING = new SentValue(JsonType.NULL, false, "");

    static SentValue string(String text) {
        return new SentValue(JsonType.STRING, false, text);
    }

    static SentValue integer(String digits) {
        return new SentValue(JsonType.NUMBER, true, digits);
    }

    /** @param literal {@code true} or {@code false} */
    static SentValue bool(String literal) {
        return new SentValue(JsonType.BOOLEAN, false, literal);
    }

    boolean isAbsent() {
        return type == JsonType.NULL;
    }

    boolean isBoolean() {
        return type == JsonType.BOOLEAN;
    }

    boolean isTrue() {
        return isBoolean() && text.equals("true");
    }

    boolean isNegative() {
        return text.startsWith("-") && new BigInteger(text).signum() < 0;
    }

    /** The value, if it is an integer of 32 bits. */
    OptionalInt asInt() {
        if (!integral) {
            return OptionalInt.empty();
        }
        BigInteger value = new BigInteger(text);
        return value.bitLength() < Integer.SIZE ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
    }
}
