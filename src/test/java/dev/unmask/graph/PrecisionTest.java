package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What precisions there are. */
class PrecisionTest {

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "fp32, FP32", "FP32, FP32", "' Auto ', AUTO", "int8, INT8", "INT8, INT8", "fp16, FP16"})
    void whatCanBeAskedForIsReadInAnyCase(String text, Precision precision) {
        assertThat(Precision.parse(text)).isEqualTo(precision);
    }

    @Test
    void autoTakesWhatThereIsAndMakesFp32() {
        assertThat(Precision.AUTO.made()).isEqualTo(Precision.FP32);
        assertThat(Precision.INT8.made()).isEqualTo(Precision.INT8);
        assertThat(Precision.AUTO.accepts("int8")).isTrue();
        assertThat(Precision.INT8.accepts("int8")).isTrue();
        assertThat(Precision.FP32.accepts("int8")).isFalse();
        assertThat(Precision.FP32.label()).isEqualTo("fp32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp8", "bf16", "fp64", ""})
    void anythingElseIsRefusedWithWhatIsAllowed(String text) {
        assertThatThrownBy(() -> Precision.parse(text))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageContaining(text)
                .hasMessageContaining("auto, fp32, fp16 or int8");
    }
}
