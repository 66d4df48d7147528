package dev.unmask.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a model of the hub is written. */
class HubReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "hf://microsoft/BiomedVLP-CXR-BERT-general, BiomedVLP-CXR-BERT-general",
        "hf://acme/toy@v1.1, toy-v1.1",
        "hf://acme/toy@refs/pr/2, toy-refs-pr-2",
    })
    void aReferenceIsReadWrittenAndGivesAName(String text, String name) {
        HubReference reference = HubReference.parse(text);

        assertThat(reference).hasToString(text);
        assertThat(reference.entryName()).isEqualTo(name);
    }

    @Test
    void withoutARevisionItIsTheMainBranch() {
        assertThat(HubReference.parse("hf://acme/toy").revisionOrMain()).isEqualTo("main");
        assertThat(HubReference.parse("hf://acme/toy@main").revisionOrMain()).isEqualTo("main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://",
                "hf://toy",
                "hf://acme/",
                "hf:///toy",
                "hf://acme/toy/x",
                "hf://acme/toy@",
                "hf://acme/..",
                "hf://../toy",
                "hf://acme/toy@../x",
                "hf://acme/toy@a//b",
                "hf://acme/toy@/x",
                "hf://acme/toy@x/",
                "hf://acme/toy?x=1",
                "hf://acme/t y",
                "hf://acme/toy@a b",
                "hf://acme/toy\n",
                "https://acme/toy"
            })
    void otherFormsAreRefused(String text) {
        assertThatThrownBy(() -> HubReference.parse(text))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageStartingWith("\"" + text + "\" is not a model on the hub; it must be hf://");
    }
}
