package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What those below know as texts, targets and numbers has other names in a request. */
class CallersWordsTest {
    @ParameterizedTest
    @CsvSource({
        "TEXTS, inputs",
        "TEXT, inputs[3]",
        "LENGTH, inputs[3]",
        "TARGETS, parameters.targets",
        "TARGET, parameters.targets[3]",
        "TOP_K, parameters.top_k"
    })
    void thePartIsNamedBeforeTheSentence(Part part, String name) {
        Fault fault = Fault.badRequest(part, "It is wrong.");

        assertThat(CallersWords.of(name.endsWith("]") ? fault.of(3) : fault)).startsWith(name + ": It is wrong.");
    }

    @ParameterizedTest
    @EnumSource(names = {"TEXT", "LENGTH", "ANSWER"})
    void whereThereIsOnlyOneItHasNoName(Part part) {
        assertThat(CallersWords.of(Fault.badRequest(part, "It is wrong."))).startsWith("It is wrong.");
    }

    @Test
    void whatCanBeMendedIsExplainedWithTheRemedy() {
        assertThat(CallersWords.of(Fault.badRequest(Part.LENGTH, "It is long.")))
                .contains("tokenizer_kwargs");
        assertThat(CallersWords.of(Fault.badRequest(Part.ANSWER, "It is large.")))
                .contains("parameters.top_k");
    }

    @Test
    void aFaultOfNoPartIsReportedUnchanged() {
        assertThat(CallersWords.of(Fault.badRequest("It is wrong."))).isEqualTo("It is wrong.");
    }
}
