package dev.unmask.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Which tokens are accepted besides keys. */
@ConfigMapping(prefix = "unmask.oidc")
public interface OidcSettings {
    /** The issuer of tokens, exactly as in their claim `iss`; unset, no tokens are accepted. */
    Optional<String> issuer();

    /** The audience that tokens must have, their claim `aud`; required with an issuer. */
    Optional<String> audience();

    /** The address of the issuer's keys; unset, it comes from `/.well-known/openid-configuration`. */
    Optional<String> jwksUrl();
}
