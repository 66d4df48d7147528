package dev.unmask.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What TLS asks of clients. Certificates are the framework's settings; docs/configuration.md tells which. */
@ConfigMapping(prefix = "unmask.tls")
public interface TlsConfig {
    /** Whether clients must show a certificate that the trust store knows: `none`, `request` or `required`. */
    @WithDefault("none")
    String clientAuth();
}
