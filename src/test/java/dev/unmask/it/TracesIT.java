package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Traces, to a collector that is a server of the test. */
class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void aRequestIsASpanOfItsCallersTraceWithASpanForEachStageAndNothingOfItsText() throws Exception {
        List<byte[]> received = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Map<String, String> settings = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "100");
        try (Service service = Service.ready(Program.folder(), settings)) {
            service.posting("{\"inputs\":\"qzxjvk [MASK] lung\",\"parameters\":{\"targets\":[\"qzxjvk\",\"left\"]}}")
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .when()
                    .post("/predict")
                    .then()
                    .statusCode(200);
            service.get("/qzxjvk?qzxjvk=qzxjvk");
            await().untilAsserted(() -> assertThat(all(received)).contains("POST /predict", "GET other"));

            assertThat(all(received))
                    .contains("read", "tokenize", "model", "answer", "unmask.tokens", "toy-model@")
                    .doesNotContain("qzxjvk", Service.KEY);
            assertThat(received.stream().map(HexFormat.of()::formatHex))
                    .as("the caller's trace")
                    .anyMatch(bytes -> bytes.contains(TRACE));
        } finally {
            collector.stop(0);
        }
    }

    /** Nobody listens: requests are answered as ever, and the stop takes no longer than it may. */
    @Test
    void aCollectorThatIsAwayDisturbsNobody() throws Exception {
        try (Service service =
                Service.ready(Program.folder(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"))) {
            service.assertAnswers();
            service.terminate();
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }

    private static String all(List<byte[]> received) {
        StringBuilder text = new StringBuilder();
        received.forEach(bytes -> text.append(new String(bytes, StandardCharsets.ISO_8859_1)));
        return text.toString();
    }
}
