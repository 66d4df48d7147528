package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Mutual TLS, which the framework decides when it is built, and we when we start. */
@ApplicationScoped
public class ClientCertificates implements HttpServerOptionsCustomizer {
    private static final Map<String, ClientAuth> ALLOWED =
            Map.of("none", ClientAuth.NONE, "request", ClientAuth.REQUEST, "required", ClientAuth.REQUIRED);

    private final ClientAuth clientAuth;

    /**
     * Made by the container.
     *
     * @throws Fault of kind CONFIGURATION when the setting is none of those
     */
    public ClientCertificates(TlsConfig config) {
        clientAuth = ALLOWED.get(config.clientAuth());
        if (clientAuth == null) {
            throw Fault.configuration("UNMASK_TLS_CLIENT_AUTH is \"%s\"; allowed are none, request and required."
                    .formatted(config.clientAuth()));
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (clientAuth != ClientAuth.NONE && options.getTrustOptions() == null) {
            throw Fault.configuration(
                    "UNMASK_TLS_CLIENT_AUTH is set, but there is nothing to hold clients' certificates against; set QUARKUS_HTTP_SSL_CERTIFICATE_TRUST_STORE_FILE.");
        }
        options.setClientAuth(clientAuth);
    }
}
