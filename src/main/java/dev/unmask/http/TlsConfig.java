package dev.unmask.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;

/** What TLS requires of clients. Certificates are the framework's settings; see docs/configuration.md. */
@ConfigMapping(prefix = "unmask.tls")
public interface TlsConfig {
    /** Whether clients must present a certificate that the trust store accepts: `none`, `request` or `required`. */
    @WithDefault("none")
    @Pattern(regexp = "none|request|required", message = "it must be none, request or required")
    String clientAuth();
}
