package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What devices there are. */
class DeviceTest {

    @ParameterizedTest
    @CsvSource({
        "auto, AUTO, 0",
        "cpu, CPU, 0",
        "cuda, CUDA, 0",
        "cuda:0, CUDA, 0",
        "cuda:7, CUDA, 7",
        "cuda:123, CUDA, 123",
        "CUDA:1, CUDA, 1",
        "' Auto ', AUTO, 0"
    })
    void devicesAreReadInAnyCase(String text, Device.Kind kind, int index) {
        assertThat(Device.parse(text)).isEqualTo(new Device(kind, index));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:1234", "cuda 1", "cpu:0", "cuda:0,1"})
    void anythingElseIsRefusedWithWhatIsAllowed(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .message()
                .contains(text, "auto", "cpu", "cuda:N");
    }
}
