package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the configuration library says of bad settings, as users read it. */
class SettingProblemsTest {

    @Test
    void aValueThatCannotBeReadIsShownWithItsVariable() {
        assertThat(SettingProblems.explain(
                        "Configuration validation failed:\n\tjava.lang.IllegalArgumentException: SRCFG00039: The config"
                                + " property unmask.limits.json-depth with the config value \"abc\" threw an Exception"
                                + " whilst being converted SRCFG00029: Expected an integer value, got \"abc\""))
                .contains("UNMASK_LIMITS_JSON_DEPTH is \"abc\", which can't be read: Expected an integer value, got"
                        + " \"abc\".");
    }

    @Test
    void severalProblemsAreSeveralLines() {
        assertThat(SettingProblems.explain("Configuration validation failed:\n"
                                + "\tjava.util.NoSuchElementException: SRCFG00040: The config property unmask.model is defined as"
                                + " the empty String (\"\") which the following Converter considered to be null: X\n"
                                + "\tSRCFG00050: unmask.modle in SysPropConfigSource does not map to any root")
                        .orElseThrow()
                        .lines())
                .containsExactly(
                        "UNMASK_MODEL is empty; give it a value, or unset it.",
                        "There is no setting unmask.modle; did you mean unmask.model?");
    }

    @Test
    void ofOtherMessagesItSaysNothing() {
        assertThat(SettingProblems.explain("something else")).isEmpty();
    }
}
