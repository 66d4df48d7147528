package dev.unmask.cli;

import java.io.Console;
import java.util.Locale;

/** The person in front of the program, if there is one. */
final class Terminal {
    private Terminal() {}

    /** Up to Java 21 there is a console only on a terminal; later there always is one, which knows whether it is a terminal. */
    static boolean present() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException upToJava21) {
            return true;
        } catch (ReflectiveOperationException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Asks a question. Anything but yes means no, and so does a missing terminal. */
    static boolean confirms(String question) {
        if (!present()) {
            return false;
        }
        String answer = System.console().readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
