package dev.unmask.http;

import dev.unmask.serving.Descriptors;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.Serving;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jboss.logging.Logger;

/**
 * What is done when the server starts to listen. Each port gets a request, so that all classes that a connection needs are there
 * before clients come in numbers: when descriptors run short, they can't be read any more. And the model is loaded, where
 * that waited for the server to accept its certificates.
 */
@ApplicationScoped
public class ServerStart {
    private static final Logger LOG = Logger.getLogger(ServerStart.class);
    private static final int PATIENCE_MILLISECONDS = 2_000;

    private final HttpServer server;
    private final Serving serving;
    private final LimitsConfig limits;

    /** Created by the container. */
    public ServerStart(HttpServer server, Serving serving, LimitsConfig limits) {
        this.limits = limits;
        this.server = server;
        this.serving = serving;
    }

    void listening(@ObservesAsync HttpsServerStart event) {
        serving.listens();
    }

    /** Before the server listens. */
    void starting(@Observes StartupEvent event) {
        int allowed = Descriptors.connections(limits.connections());
        if (allowed < limits.connections()) {
            LOG.infof(
                    "At most %d connections on each port, instead of UNMASK_LIMITS_CONNECTIONS (%d): the process may have %d file"
                            + " descriptors. Raise that limit (ulimit -n) for more.",
                    allowed, limits.connections(), Descriptors.most().orElseThrow());
        }
    }

    void listening(@ObservesAsync HttpServerStart event) {
        serving.listens();
        // Refused before it counts as a request in the access log or the metrics; and what asks no bean, since a start
        // may end here.
        ask(server.getPort(), "GET / HTTP/9.9");
        ask(server.getManagementPort(), "GET / HTTP/1.1");
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
