package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.unmask.ClosedPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command that asks a service whether it is ready. */
class ProbeCommandTest {
    private final StringWriter err = new StringWriter();

    private int probe(int port) {
        return Unmask.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("probe", "--management-port", String.valueOf(port));
    }

    @ParameterizedTest
    @CsvSource({"200, 0, ''", "503, 1, status 503"})
    void itEndsWithWhatTheServiceSays(int status, int code, String said) throws IOException {
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        try {
            assertThat(probe(service.getAddress().getPort())).isEqualTo(code);
            assertThat(err.toString()).contains(said);
        } finally {
            service.stop(0);
        }
    }

    @Test
    void withoutAServiceItIsNotReady() throws IOException {
        try (ClosedPort port = new ClosedPort()) {
            assertThat(probe(port.number())).isEqualTo(1);
            assertThat(err.toString()).contains("port " + port.number()).doesNotContain("\tat ");
        }
    }

    @Test
    void aMalformedPortIsWrongUsage() {
        assertThat(probe(70_000)).isNotZero();
        assertThat(err.toString()).contains("--management-port");
    }
}
