package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections fit. */
class DescriptorsTest {

    @ParameterizedTest
    @CsvSource({"2048, 1048576, 2048", "2048, 1024, 448", "300, 1024, 300", "2048, 256, 64", "2048, 100, 8", "4, 100, 4"
    })
    void connectionsOfTwoPortsLeaveDescriptorsForTheRest(int configured, long descriptors, int allowed) {
        assertThat(Descriptors.connections(configured, OptionalLong.of(descriptors)))
                .isEqualTo(allowed);
    }

    @Test
    void whereTheLimitIsNotKnownTheSettingCounts() {
        assertThat(Descriptors.connections(2048, OptionalLong.empty())).isEqualTo(2048);
    }
}
