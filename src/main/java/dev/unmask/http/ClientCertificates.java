package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Mutual TLS, which the framework configures at build time, and we at start. */
@ApplicationScoped
public class ClientCertificates implements HttpServerOptionsCustomizer {
    private static final Map<String, ClientAuth> ALLOWED =
            Map.of("none", ClientAuth.NONE, "request", ClientAuth.REQUEST, "required", ClientAuth.REQUIRED);

    private final ClientAuth clientAuth;

    /**
     * Created by the container.
     *
     * @throws Fault of kind CONFIGURATION when the setting is invalid
     */
    public ClientCertificates(TlsConfig config) {
        clientAuth = ALLOWED.get(config.clientAuth());
        if (clientAuth == null) {
            throw Fault.configuration("UNMASK_TLS_CLIENT_AUTH must be none, request or required, but is \"%s\"."
                    .formatted(config.clientAuth()));
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (clientAuth != ClientAuth.NONE && options.getTrustOptions() == null) {
            throw Fault.configuration(
                    "UNMASK_TLS_CLIENT_AUTH is set, but there is no trust store to verify clients' certificates; set QUARKUS_HTTP_SSL_CERTIFICATE_TRUST_STORE_FILE.");
        }
        options.setClientAuth(clientAuth);
    }
}
