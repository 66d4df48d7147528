package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A process whose memory has run out ends, with or without the virtual machine's own flag. */
@Isolated("It measures, or loads the machine.")
class OutOfMemoryIT {
    /** More than a heap of 24 MiB holds, which the usual limits would not let in. */
    private static final Map<String, String> LIMITS =
            Map.of("UNMASK_LIMITS_TARGETS", "1048576", "UNMASK_LIMITS_BODY", "2M");

    private static void ask(Service service) throws Exception {
        String targets = "\"a1\",".repeat(410_000) + "\"a\"";
        String body = "{\"inputs\":\"[MASK]\",\"parameters\":{\"targets\":[%s]}}".formatted(targets);
        service.exchange("POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(Service.KEY, body.length(), body));
    }

    @Test
    void itEndsWithoutTheFlag() throws Exception {
        try (Service service = Service.launch(Program.folder(), LIMITS, List.of("-Xmx24m"))) {
            ask(service.awaitReady());

            assertThat(service.exitCode()).as(service.log()).isEqualTo(3);
            assertThat(service.log()).contains("The memory has run out, so the process ends.");
        }
    }

    @Test
    void itEndsByTheFlag() throws Exception {
        List<String> flags = List.of("-Xmx24m", "-XX:+ExitOnOutOfMemoryError");
        try (Service service = Service.launch(Program.folder(), LIMITS, flags)) {
            ask(service.awaitReady());

            assertThat(service.exitCode()).as(service.log()).isEqualTo(3);
        }
    }
}
