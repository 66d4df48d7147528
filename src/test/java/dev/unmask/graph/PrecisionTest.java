package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What UNMASK_PRECISION may be. */
class PrecisionTest {

    @ParameterizedTest
    @ValueSource(strings = {"auto", "fp32", "FP32", " Auto "})
    void autoAndFp32AreFp32InAnyCase(String text) {
        assertThat(Precision.parse(text)).isEqualTo(Precision.FP32);
        assertThat(Precision.FP32.label()).isEqualTo("fp32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "fp16", "bf16", "fp64", ""})
    void anythingElseIsRefusedWithWhatIsAllowed(String text) {
        assertThatThrownBy(() -> Precision.parse(text))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageStartingWith("UNMASK_PRECISION is ")
                .hasMessageContaining(text)
                .hasMessageEndingWith("; allowed are auto and fp32.");
    }
}
