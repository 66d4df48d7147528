package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** Mutual TLS, which the framework configures at build time, and we at start. */
@ApplicationScoped
public class ClientCertificates implements HttpServerOptionsCustomizer {
    private final ClientAuth clientAuth;

    /** Created by the container. */
    public ClientCertificates(TlsConfig config) {
        clientAuth = ClientAuth.valueOf(config.clientAuth().toUpperCase(Locale.ROOT));
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
