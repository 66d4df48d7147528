package dev.unmask.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    private static final BearerKey KEY = BearerKey.of("primary", "long-enough".getBytes(UTF_8));

    @ParameterizedTest
    @ValueSource(strings = {"long-enough", "long-enough\n", "long-enough\r\n", "long-enough \t\n\n", "\n long-enough"})
    void whiteSpaceAroundAKeyIsNotPartOfIt(String text) {
        KeyText read = read(text);

        assertThat(read.key()).contains(KEY);
        assertThat(read.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\t "})
    void aBlankTextIsNotAKey(String text) {
        KeyText read = read(text);

        assertThat(read.key()).isEmpty();
        assertThat(read.problem()).hasValueSatisfying(p -> assertThat(p).contains("is blank"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two words",
                "two\nlines",
                "Bearer long-enough",
                "sch\u00f6nes-key",
                "nul\u0000inside",
                "\ufefflong-enough",
                "delete\u007f"
            })
    void aTextThatNoHeaderCanCarryIsNotAKey(String text) {
        KeyText read = read(text);

        assertThat(read.key()).isEmpty();
        assertThat(read.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("visible ASCII").doesNotContain(text));
    }

    @Test
    void aShortKeyWorksWithAWarning() {
        assertThat(read("1234567").key()).isPresent();
        assertThat(read("1234567").problem()).isPresent();
        assertThat(read("12345678").problem()).isEmpty();
    }

    @Test
    void aTextOverTheLimitIsNotAKeyEvenIfMostOfItIsWhiteSpace() {
        assertThat(read("k".repeat(KeyText.MAX_BYTES)).key()).isPresent();
        assertThat(read("k".repeat(KeyText.MAX_BYTES + 1)).key()).isEmpty();
        assertThat(read("long-enough" + "\n".repeat(KeyText.MAX_BYTES)).key()).isEmpty();
    }

    @Test
    void aKeyDoesNotShowItsHash() {
        assertThat(KEY).hasToString("BearerKey[primary]");
    }

    private static KeyText read(String text) {
        return KeyText.of("primary", text.getBytes(UTF_8));
    }
}
