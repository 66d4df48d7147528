package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that hold what they have: connections, half a head, half a body. In a small heap, with short times. */
class HeldConnectionsIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final String WITH_KEY = "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + Service.KEY;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.launch(
                        Program.folder(),
                        Map.of(
                                "UNMASK_LIMITS_CONNECTIONS", "300",
                                "UNMASK_LIMITS_HEADER_TIMEOUT", "1s",
                                "UNMASK_LIMITS_BODY_TIMEOUT", "3s"),
                        List.of("-Xmx96m"))
                .awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void theServiceContinues() {
        service.assertAnswers();
        assertThat(service.probe("live")).isEqualTo(200);
        assertThat(service.log()).doesNotContain("OutOfMemory", "ERROR", "WARN");
    }

    /** Of each open path 100 connections, each with a mebibyte but for its last byte: three times the heap. */
    @Test
    void whereNoBodyIsExpectedNoneIsRead() throws Exception {
        String body = "x".repeat(MEBIBYTE - 1);
        for (String request : List.of("GET /health", "GET /", "GET /nowhere")) {
            List<RawConnection> held = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    RawConnection connection = service.connect(Duration.ofSeconds(5));
                    held.add(connection);
                    connection.write("%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(request, MEBIBYTE, body));
                }
                service.assertAnswers();
                for (RawConnection connection : held) {
                    assertThat(connection.readToTheEnd()).as("it is closed").isTrue();
                }
            } finally {
                close(held);
            }
        }
    }

    @Test
    void anOpenPathAnswersARequestWithABodyAndCloses() throws Exception {
        assertThat(service.exchange("GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nGET / HT"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("connection: close")
                .endsWith("\r\n\r\nOk");
    }

    /** Whole bodies would be 40 MiB, of which 9 are allowed: the rest is refused by its head. A small one has its place. */
    @Test
    void bodiesOnTheirWayHaveABudget() throws Exception {
        String head = WITH_KEY + "\r\nContent-Length: %d\r\n\r\n".formatted(MEBIBYTE);
        List<RawConnection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                RawConnection connection = service.connect(Duration.ofSeconds(8));
                held.add(connection);
                connection.write(head + "{");
            }
            service.assertAnswers();
            int refused = 0;
            int late = 0;
            for (RawConnection connection : held) {
                assertThat(connection.readToTheEnd()).as("it is closed").isTrue();
                refused += connection.received().startsWith("HTTP/1.1 503 ") ? 1 : 0;
                late += connection.received().startsWith("HTTP/1.1 408 ") ? 1 : 0;
            }
            assertThat(refused).isBetween(30, 33);
            assertThat(refused + late).isEqualTo(40);
            assertThat(held.get(39).received())
                    .containsIgnoringCase("retry-after: 1")
                    .contains("{\"error\":\"The bodies of requests may use ");
        } finally {
            close(held);
        }
    }

    @Test
    void chunkedBodiesAreCountedAsTheyArrive() throws Exception {
        String head = WITH_KEY + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "%x\r\n%s\r\n".formatted(700_000, "x".repeat(700_000));
        List<RawConnection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                RawConnection connection = service.connect(Duration.ofSeconds(8));
                held.add(connection);
                connection.write(head + chunk);
            }
            int refused = 0;
            for (RawConnection connection : held) {
                assertThat(connection.readToTheEnd()).as("it is closed").isTrue();
                refused += connection.received().startsWith("HTTP/1.1 503 ") ? 1 : 0;
            }
            assertThat(refused).isBetween(20, 32);
        } finally {
            close(held);
        }
    }

    @Test
    void aBodyInChunksOfOneByteTakesNoMoreMemoryThanAnother() throws Exception {
        String text = "{\"inputs\":\"a [MASK]\"}" + " ".repeat(200_000);
        StringBuilder chunks =
                new StringBuilder(WITH_KEY + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        text.chars()
                .forEach(character ->
                        chunks.append("1\r\n").append((char) character).append("\r\n"));

        assertThat(service.exchange(chunks + "0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aHeadThatTricklesInIsCutOff() throws Exception {
        try (RawConnection connection = service.connect(Duration.ofMillis(200))) {
            connection.write("GET /health HTTP/1.1\r\nHost: x\r\nA: ");
            long begun = System.nanoTime();
            while (!connection.readToTheEnd()) {
                assertThat(System.nanoTime() - begun)
                        .isLessThan(Duration.ofSeconds(10).toNanos());
                connection.write("a");
            }
            assertThat(connection.received()).isEmpty();
        }
    }

    @Test
    void aSecondHeadHasAsLittleTimeAsTheFirst() throws Exception {
        try (RawConnection connection = service.connect(Duration.ofMillis(200))) {
            connection.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.readToTheEnd()).as("it stays open").isFalse();
            assertThat(connection.received()).endsWith("Ok");
            connection.write("GET /health HTTP/1.1\r\nHos");
            long begun = System.nanoTime();
            while (!connection.readToTheEnd()) {
                assertThat(System.nanoTime() - begun)
                        .isLessThan(Duration.ofSeconds(10).toNanos());
                connection.write("t");
            }
        }
    }

    @Test
    void aConnectionBetweenRequestsMayBeIdleForLongerThanAHeadMayTake() throws Exception {
        try (RawConnection connection = service.connect(Duration.ofMillis(1_500))) {
            connection.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.readToTheEnd()).as("it stays open").isFalse();
            connection.write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(connection.readToTheEnd()).isTrue();
            assertThat(connection.received().split("HTTP/1.1 200 OK", -1)).hasSize(3);
        }
    }

    @Test
    void connectionsAreBoundedAndTheirPlacesAreFreedAgain() throws Exception {
        List<RawConnection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 320; i++) {
                held.add(service.connect(Duration.ofSeconds(10)));
            }
            int closed = 0;
            for (RawConnection connection : held.subList(300, 320)) {
                closed += connection.readToTheEnd() ? 1 : 0;
            }
            assertThat(closed).isEqualTo(20);
        } finally {
            close(held);
        }
        await("a place to be free")
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .untilAsserted(service::assertAnswers);
    }

    private static void close(List<RawConnection> connections) throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
    }
}
