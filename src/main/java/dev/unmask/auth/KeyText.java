package dev.unmask.auth;

import static java.lang.System.Logger.Level.WARNING;

import dev.unmask.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The outcome of reading a setting or a key file: a key, a problem, or (for a weak key) both. It works on bytes so that the
 * text never becomes a string that lingers in memory.
 *
 * @param key the key, unless the text can't be one
 * @param problem the rest of a sentence whose subject is the text's origin
 */
record KeyText(Optional<BearerKey> key, Optional<String> problem) {
    private static final System.Logger LOG = System.getLogger(Keys.class.getName());

    /** The longest text that is read; HTTP servers refuse headers of about twice that. */
    static final int MAX_BYTES = 4096;

    /** A key with fewer characters can be guessed. */
    static final int WEAK_BELOW = 8;

    /** Reads a key's text; white space around it (a file's last newline) is not part of the key. */
    static KeyText of(String name, byte[] text) {
        if (text.length > MAX_BYTES) {
            return refused("is longer than " + MAX_BYTES + " bytes, so it is not accepted as a key");
        }
        byte[] stripped = strip(text);
        try {
            return ofStripped(name, stripped);
        } finally {
            Arrays.fill(stripped, (byte) 0);
        }
    }

    /**
     * The key of a setting; logs a warning if it is weak.
     *
     * @param setting the variable that holds it
     * @throws Fault of kind {@code CONFIGURATION} if it is unusable as a key
     */
    static BearerKey ofSetting(String name, String setting, String value) {
        KeyText text = of(name, value.getBytes(StandardCharsets.UTF_8));
        BearerKey key = text.key()
                .orElseThrow(() -> Fault.configuration(
                        setting + " " + text.problem().orElseThrow() + ". Set it to a key, or unset it."));
        text.problem().ifPresent(problem -> LOG.log(WARNING, setting + " " + problem + "."));
        return key;
    }

    private static KeyText ofStripped(String name, byte[] text) {
        if (text.length == 0) {
            return refused("is blank, so it is not a key");
        }
        if (!allVisibleAscii(text)) {
            return refused("holds white space or characters other than visible ASCII inside, which a bearer token"
                    + " can't carry; write one key and nothing else");
        }
        BearerKey key = BearerKey.of(name, text);
        if (text.length < WEAK_BELOW) {
            return new KeyText(
                    Optional.of(key),
                    Optional.of("holds a key of fewer than %d characters, which can be guessed; use 32 random ones"
                            .formatted(WEAK_BELOW)));
        }
        return new KeyText(Optional.of(key), Optional.empty());
    }

    private static KeyText refused(String problem) {
        return new KeyText(Optional.empty(), Optional.of(problem));
    }

    private static byte[] strip(byte[] text) {
        int from = 0;
        int to = text.length;
        while (from < to && isSpace(text[from])) {
            from++;
        }
        while (to > from && isSpace(text[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(text, from, to);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private static boolean allVisibleAscii(byte[] text) {
        for (byte b : text) {
            if (b <= ' ' || b == 0x7f) { // bytes are signed: everything beyond ASCII is below zero
                return false;
            }
        }
        return true;
    }
}
