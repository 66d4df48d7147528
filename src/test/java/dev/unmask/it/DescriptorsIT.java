package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More clients than the process may have file descriptors. */
class DescriptorsIT {
    private static final int CLIENTS = 400;

    /** Both limits of the shell's: Java raises the lower one to the higher by itself. */
    private static final List<String> FEW = List.of("sh", "-c", "ulimit -n 256 && exec \"$@\"", "sh");

    @Test
    void connectionsThatComeAtOnceLeaveDescriptorsForAnswersProbesAndTheEnd() throws Exception {
        try (Service service =
                Service.launch(FEW, Program.folder(), Map.of("UNMASK_LIMITS_HEADER_TIMEOUT", "60s"), List.of())) {
            List<RawConnection> held = new ArrayList<>();
            try {
                // From the first moment on, while the model is loaded.
                for (int i = 0; i < CLIENTS; i++) {
                    held.add(service.connect(Duration.ofSeconds(10)));
                }
                service.awaitReady();
                assertThat(service.probe("live")).isEqualTo(200);
            } finally {
                for (RawConnection connection : held) {
                    connection.close();
                }
            }

            await("room for others").ignoreExceptions().untilAsserted(service::assertAnswers);
            assertThat(service.get("/info").jsonPath().getInt("limits.connections"))
                    .isEqualTo(64);
            assertThat(service.log())
                    .contains("64 connections", "256 file descriptors")
                    .doesNotContain("\tat ");
            service.terminate();
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }
}
