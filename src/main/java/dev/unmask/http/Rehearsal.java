package dev.unmask.http;

import dev.unmask.serving.Serving;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jboss.logging.Logger;

/**
 * A request to each port as soon as it listens, so that all classes that a connection needs are there before clients come in
 * numbers: when descriptors run short, they can't be read any more.
 */
@ApplicationScoped
public class Rehearsal {
    private static final Logger LOG = Logger.getLogger(Rehearsal.class);
    private static final int PATIENCE_MILLISECONDS = 2_000;

    private final HttpServer server;
    private final Serving serving;

    /** Created by the container. */
    public Rehearsal(HttpServer server, Serving serving) {
        this.server = server;
        this.serving = serving;
    }

    void listening(@ObservesAsync HttpsServerStart event) {
        serving.listens();
    }

    void listening(@ObservesAsync HttpServerStart event) {
        serving.listens();
        // Refused before it counts as a request, in the access log or the metrics.
        ask(server.getPort(), "GET / HTTP/9.9");
        ask(server.getManagementPort(), "GET /q/health/live HTTP/1.1");
    }

    private static void ask(int port, String line) {
        if (port <= 0) {
            return;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLISECONDS);
            socket.setSoTimeout(PATIENCE_MILLISECONDS);
            socket.getOutputStream()
                    .write("%s\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(line)
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException listensElsewhere) {
            LOG.debug("There was no rehearsal on this port.", listensElsewhere);
        }
    }
}
